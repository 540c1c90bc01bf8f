/**
 * Time and memory of the report of a large run: `node bench/report.ts [images] [columns]`. Statistics,
 * plots and page of made-up results, 10,000 images and 4 columns unless told, as promptfoo hands them
 * to the extension; contact sheets are read or made for the images that the report lists only. Printed
 * beside reading the same results with JSON.parse.
 */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluationSchema } from '../src/harness/result-schema.ts';
import { buildReport } from '../src/report/build-report.ts';
import { leaderboard } from '../src/report/printed-leaderboard.ts';
import { reportSettingsSchema, SEED } from '../src/report/report-settings.ts';
import { readRun } from '../src/report/run/read-run.ts';
import { writeReport } from '../src/report/write-report.ts';
import { evaluation, type MadeColumn, noise } from '../test/report/evaluations.ts';

const images = Number(process.argv[2] ?? 10_000);
const columnCount = Number(process.argv[3] ?? 4);
const ANSWERS = 8;
const CONDITIONS = 4;

const columns = Array.from(
  { length: columnCount },
  (_, number): MadeColumn => ({
    provider: `model ${Math.floor(number / 2)}`,
    prompt: number % 2 === 0 ? 'two-level' : 'qdebias',
    method: number % 2 === 0 ? 'single-image' : 'debiased',
    score: ({ mos }) => 0.6 * (mos / 100) + 0.4 * noise(Math.round(mos * 1e6), number),
  }),
);
const listed = Array.from({ length: images }, (_, i) => ({
  image: `images/${i}.jpg`,
  mos: Math.round(10_000 * noise(i)) / 100,
  tags: { subject: `subject ${i % 12}` },
}));

/** Rows as large as debiased ones are: four conditions, eight answers. */
function madeResults() {
  const made = evaluation(columns, listed);
  for (const { response } of made.results) {
    const output = response?.output as { method?: string; conditions?: unknown[] };
    if (output.method !== 'debiased' || !response?.metadata) continue;
    output.conditions = Array.from({ length: CONDITIONS }, () => output.conditions?.[0]);
    const [answer] = response.metadata.answers as unknown[];
    response.metadata.answers = Array.from({ length: ANSWERS }, () => answer);
  }
  return made;
}

const heapMb = () => process.memoryUsage().rss / 2 ** 20;
const steps: [string, number][] = [];
async function timed<Result>(name: string, run: () => Result | Promise<Result>): Promise<Result> {
  const start = performance.now();
  const result = await run();
  steps.push([name, (performance.now() - start) / 1000]);
  return result;
}

const made = madeResults();
const text = JSON.stringify(made);
const before = heapMb();
const folder = await mkdtemp(join(tmpdir(), 'iqa-bench-report-'));
try {
  const settings = reportSettingsSchema.parse({});
  await timed('JSON.parse of the same results', () => JSON.parse(text));
  const run = await timed('reading rows', () => readRun(evaluationSchema.parse(made)));
  const findings = await timed('statistics', () =>
    buildReport(run, {
      draws: { draws: settings.draws, seed: SEED, confidence: 0.95 },
      disagreements: settings.disagreements,
      files: [],
    }),
  );
  await timed('plots and pages', () =>
    writeReport(findings, folder, { PROMPTFOO_CONFIG_DIR: folder }),
  );
  process.stdout.write(leaderboard(findings.report));
  console.log(`${images} images, ${columnCount} columns, ${settings.draws} draws`);
  for (const [name, seconds] of steps)
    console.log(`${name.padEnd(32)}${seconds.toFixed(1).padStart(6)} s`);
  const total = steps.slice(1).reduce((sum, [, seconds]) => sum + seconds, 0);
  console.log(`${'the report in all'.padEnd(32)}${total.toFixed(1).padStart(6)} s`);
  const peak = process.resourceUsage().maxRSS / 1024;
  console.log(
    `memory: peak ${peak.toFixed(0)} MB, of which ${before.toFixed(0)} MB before (the results, and their text of ${(text.length / 2 ** 20).toFixed(0)} MB)`,
  );
  const { size } = await stat(join(folder, 'report.html'));
  console.log(`report.html: ${(size / 2 ** 20).toFixed(2)} MB`);
} finally {
  await rm(folder, { recursive: true });
}
