import { readFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import sample from '../../datasets/sample.ts';
import DebiasedProvider from '../../providers/debiased.ts';
import { placedVars } from '../../src/harness/row-place.ts';
import { sharedPixelPool } from '../../src/method/pixel-pool.ts';
import { scoreConditions } from '../../src/method/score-conditions.ts';
import { buildReport } from '../../src/report/build-report.ts';
import { leaderboard } from '../../src/report/printed-leaderboard.ts';
import { readRun } from '../../src/report/run/read-run.ts';
import type { CorrelationAnswer } from '../../src/rows/correlation-row.ts';
import { evaluation } from '../report/evaluations.ts';

const TEN_MINUTES_MS = 600_000;
const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

afterAll(() => sharedPixelPool.close());

/** The correlation row of a prompt file of the default matrix, which scores all images of the sample. */
async function correlationOf(
  judge: string,
  prompt: string,
  rows: Awaited<ReturnType<typeof sample>>,
) {
  const raw = JSON.stringify(parse(read(`prompts/${prompt}.yaml`)));
  const provider = new DebiasedProvider({
    id: 'x',
    config: { judge, preview: 'none' },
  });
  const dataset = String(rows[0]?.metadata.dataset);
  const vars = { image: 'correlation', mos: '', dataset };
  const iqaCorrelation = {
    dataset,
    several: false,
    rows: rows.map((row) => ({ vars: placedVars(row) })),
  };
  const { error, metadata } = await provider.callApi(raw, {
    vars,
    prompt: { raw, label: prompt },
    evaluationId: 'readme',
    repeatIndex: 0,
    testIdx: 0,
    test: { vars, metadata: { iqaCorrelation } },
  });
  expect(error).toBeUndefined();
  return metadata?.correlation as CorrelationAnswer;
}

it(
  "the README's first figures are those of the default matrix",
  async () => {
    const rows = await sample();
    const asked = [
      { judge: 'simulated', provider: 'simulated, no model', prompt: 'two-level' },
      { judge: 'statistical', provider: 'statistical', prompt: 'two-level' },
      { judge: 'simulated', provider: 'simulated, no model', prompt: 'qdebias' },
    ] as const;
    const columns = [];
    for (const { judge, provider, prompt } of asked) {
      const answer = await correlationOf(judge, prompt, rows);
      const scores = new Map(
        answer.rows.map(({ image, conditions }) => [image, scoreConditions(conditions).score]),
      );
      columns.push({
        provider,
        model: provider,
        prompt,
        method: prompt === 'qdebias' ? ('debiased' as const) : ('single-image' as const),
        source: 'computed',
        score: ({ image }: { image: string }) => scores.get(image) ?? 'no score',
      });
    }
    const listed = rows.map(({ vars, metadata }) => ({
      image: String(vars.image),
      mos: Number(vars.mos),
      group: String(metadata.group),
    }));
    const made = evaluation(columns, listed, { dataset: 'sample' });
    const { report } = buildReport(readRun(made), {
      draws: { draws: 2000, seed: 0, confidence: 0.95 },
      disagreements: 2,
      files: [],
    });
    const printed = leaderboard(report).split('\n');
    const isFigures = (line: string) => / (two-level|qdebias) |Student's/.test(line);
    const shown = (lines: string[]) => lines.filter(isFigures).map((line) => line.trimEnd());
    const [, block = ''] = read('README.md').split('npm ci && npm run eval\n```');
    expect(shown(printed)).toHaveLength(5);
    expect(shown(block.split('```')[1]?.split('\n') ?? [])).toEqual(shown(printed));
  },
  TEN_MINUTES_MS,
);
