/**
 * Rows at random faults of the vendor: `node bench/faults.ts [rows] [share of faults]`, by default 500
 * rows and 0.2. The real promptfoo and the real SDKs talk to local servers that know each image's true
 * answer and, for that share of requests, do something else instead, or give the answer in another of the
 * shapes of real servers. Every row has to end scored as the server knows it to be, or as an error that
 * names a fault which hit that row; ends with 1 otherwise.
 */
import sharp from 'sharp';
import {
  checkout,
  createProject,
  type Project,
  projectConfig,
  type ResultRow,
} from '../test/e2e/promptfoo.ts';
import { type Fault, RETRIED } from '../test/servers/faults.ts';
import {
  anthropicColumn,
  type Column,
  googleColumn,
  type Oddity,
  openaiColumn,
  refusedColumn,
  responsesColumn,
  sizeOf,
} from './faults/columns.ts';

const rows = Number(process.argv[2] ?? 500);
const share = Number(process.argv[3] ?? 0.2);

/** Rows at once; the judges' own limit is below it. */
const CONCURRENCY = 32;
async function evaluate(columns: readonly Column[]): Promise<ResultRow[]> {
  const {
    defaultTest: _,
    extensions: __,
    ...config
  } = projectConfig({
    datasets: ['set'],
    prompts: ['two-level'],
  }) as Record<string, unknown>;
  const providers = columns.map(({ label, judge, judgeOptions }) => ({
    id: checkout('providers/debiased.ts'),
    label,
    config: { judge, judgeOptions, preview: 'none' },
  }));
  const project = await createProject({ ...config, providers });
  try {
    await writeImages(project);
    const { output, log } = await project.evaluate('-j', String(CONCURRENCY));
    if (!output) throw new Error(log);
    return output.results.results;
  } finally {
    await project.remove();
  }
}

async function writeImages(project: Project): Promise<void> {
  const lines = ['file,score'];
  for (let index = 0; index < rows; index++) {
    const create = {
      ...sizeOf(index),
      channels: 3,
      background: { r: index % 256, g: 90, b: 40 },
    } as const;
    await project.write(`set/${index}.png`, await sharp({ create }).png().toBuffer());
    lines.push(`${index}.png,${index}`);
  }
  await project.write('set/scores.csv', `${lines.join('\n')}\n`);
}

/** Words by which an error tells which fault it was. */
const TOLD: Partial<Record<Fault, RegExp>> = {
  'rate limit': /HTTP 429/,
  'rate limit with Retry-After': /HTTP 429/,
  'error 500': /HTTP 500/,
  'error 503': /HTTP 503/,
  'error 529': /HTTP 529/,
  'connection reset': /cannot be reached/,
  hang: /no reply within/,
  'truncated JSON': /cannot be read \(.*JSON/,
  'empty list': /is empty/,
  'no token probabilities': /no token probabilities/,
  'wrong type': /cannot be read \(.*(content|text): /,
  refusal: /refused: (.*rate this person|finishReason SAFETY)/,
  'content filter':
    /refused: (finish_reason content_filter|the response is incomplete \(content_filter\)|stop_reason refusal|promptFeedback\.blockReason PROHIBITED_CONTENT)/,
  'image too large': /lower image\.maxPixels/,
  'another language': /"Gut"/,
};

const toldBy = (fault: Oddity): RegExp | undefined =>
  typeof fault === 'string' ? TOLD[fault] : fault.told;

/** Shapes that leave the answer plain are one line of the table, and those that do not another. */
function kindOf(fault: Oddity): string {
  if (typeof fault !== 'string') {
    return fault.told ? 'odd shape, not an answer' : 'odd shape, the answer plain';
  }
  return RETRIED.includes(fault) ? `${fault} (retried)` : fault;
}

type Ending = 'scored right' | 'scored wrong' | 'error explained' | 'error unexplained';

function endingOf(row: ResultRow, index: number, { truth, log }: Column): Ending {
  const output = row.response?.output as { score?: number } | undefined;
  if (output?.score !== undefined) {
    return Math.abs(output.score - truth(index)) < 1e-9 ? 'scored right' : 'scored wrong';
  }
  const error = row.response?.error ?? row.error ?? '';
  const isTold = (log.faults.get(index) ?? []).some((fault) => toldBy(fault)?.test(error));
  return isTold ? 'error explained' : 'error unexplained';
}

const cell = (value: string | number, width = 20) => String(value).padStart(width);
let isBad = false;

function reportColumn(column: Column, results: readonly ResultRow[]): void {
  const { label, log } = column;
  const mine = results.filter(({ promptIdx }) => promptIdx === columns.indexOf(column));
  const endings = mine.map((row) => {
    const index = Number(row.vars.mos);
    return { index, row, ending: endingOf(row, index, column) };
  });
  const count = (ending: Ending) => endings.filter((each) => each.ending === ending).length;
  console.log(`\n${label}: ${mine.length} rows, ${log.requests} requests`);
  console.log(
    `${'fault'.padEnd(40)}${cell('requests hit', 14)}${cell('rows hit')}${cell('of these scored')}${cell('error explained')}`,
  );
  const kinds = new Set([...log.faults.values()].flat().map(kindOf));
  for (const kind of [...kinds].sort()) {
    const isKind = (fault: Oddity) => kindOf(fault) === kind;
    const all = [...log.faults.values()].flat().filter(isKind).length;
    const hit = endings.filter(({ index }) => log.faults.get(index)?.some(isKind));
    const scored = hit.filter(({ ending }) => ending === 'scored right').length;
    const explained = hit.filter(({ ending }) => ending === 'error explained').length;
    console.log(
      `${kind.padEnd(40)}${cell(all, 14)}${cell(hit.length)}${cell(scored)}${cell(explained)}`,
    );
  }
  const untouched = endings.filter(({ index }) => !log.faults.has(index)).length;
  console.log(`${'none'.padEnd(40)}${cell('', 14)}${cell(untouched)}`);
  console.log(
    (['scored right', 'scored wrong', 'error explained', 'error unexplained'] as const)
      .map((ending) => `${ending}: ${count(ending)}`)
      .join(', '),
  );
  for (const { index, row, ending } of endings) {
    if (ending !== 'scored wrong' && ending !== 'error unexplained') continue;
    isBad = true;
    const names = (log.faults.get(index) ?? []).map((fault) =>
      typeof fault === 'string' ? fault : fault.name,
    );
    console.log(
      `  ${row.vars.image} (${names.join('; ')}): ${ending}: ${row.response?.error ?? JSON.stringify(row.response?.output)}`,
    );
  }
  if (mine.length !== rows) isBad = true;
}

function reportRefused({ label, truth, log }: Column, results: readonly ResultRow[]): void {
  const scored = results.filter(({ response }) => response?.output);
  const right = scored.filter(({ response, vars }) => {
    const score = (response?.output as { score?: number } | undefined)?.score ?? Number.NaN;
    return Math.abs(score - truth(Number(vars.mos))) < 1e-9;
  });
  const messages = new Set(results.flatMap(({ response }) => response?.error ?? []));
  console.log(
    `\n${label} after ${Math.floor(rows / 2)} requests: ${results.length} rows, ${log.requests} requests`,
  );
  console.log(
    `scored right: ${right.length}, scored wrong: ${scored.length - right.length}, errors: ${results.length - scored.length}, different messages: ${messages.size}`,
  );
  for (const message of messages) console.log(`  ${message}`);
  if (right.length !== scored.length || messages.size !== 1) isBad = true;
}

const columns = [
  await openaiColumn('logprobs', share),
  await openaiColumn('samples', share),
  await responsesColumn(share),
  await anthropicColumn(share),
  await googleColumn('logprobs', share),
  await googleColumn('samples', share),
];
const results = await evaluate(columns);
for (const column of columns) reportColumn(column, results);
const refused = await refusedColumn(rows / 2);
reportRefused(refused, await evaluate([refused]));
await Promise.all([...columns, refused].map(({ server }) => server.close()));
process.exitCode = isBad ? 1 : 0;
