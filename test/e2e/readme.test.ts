import { readFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { scoreConditions } from '../../assertions/score-conditions.ts';
import sample from '../../datasets/sample.ts';
import type { CorrelationAnswer } from '../../providers/correlation-row.ts';
import DebiasedProvider from '../../providers/debiased.ts';
import { sharedPixelPool } from '../../providers/pixel-pool.ts';
import { buildReport } from '../../reports/build-report.ts';
import { leaderboard } from '../../reports/leaderboard.ts';
import { readRun } from '../../reports/run/read-run.ts';
import { evaluation } from '../reports/evaluations.ts';

const TEN_MINUTES_MS = 600_000;
const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

afterAll(() => sharedPixelPool.close());

/** The correlation row of a prompt file of the default matrix, which scores all images of the sample. */
async function correlationOf(prompt: string, rows: Awaited<ReturnType<typeof sample>>) {
  const raw = JSON.stringify(parse(read(`prompts/${prompt}.yaml`)));
  const provider = new DebiasedProvider({
    id: 'x',
    config: { judge: 'statistical', preview: 'none' },
  });
  const dataset = String(rows[0]?.vars.dataset);
  const vars = { image: 'correlation', mos: '', dataset };
  const iqaCorrelation = { dataset, several: false, rows: rows.map((row) => ({ vars: row.vars })) };
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
    const prompts = ['two-level', 'qdebias'] as const;
    const columns = [];
    for (const prompt of prompts) {
      const answer = await correlationOf(prompt, rows);
      const scores = new Map(
        answer.rows.map(({ image, conditions }) => [image, scoreConditions(conditions).score]),
      );
      columns.push({
        provider: 'statistical',
        model: 'statistical',
        prompt,
        method: prompt === 'qdebias' ? ('debiased' as const) : ('single-image' as const),
        source: 'computed',
        score: ({ image }: { image: string }) => scores.get(image) ?? 'no score',
      });
    }
    const listed = rows.map(({ vars }) => ({
      image: String(vars.image),
      mos: Number(vars.mos),
      group: String(vars.group),
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
    expect(shown(printed)).toHaveLength(4);
    expect(shown(block.split('```')[1]?.split('\n') ?? [])).toEqual(shown(printed));
  },
  TEN_MINUTES_MS,
);
