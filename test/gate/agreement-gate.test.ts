import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import rankCorrelation from '../../assertions/rank-correlation.ts';
import type { CorrelationAnswer } from '../../src/rows/correlation-row.ts';
import { answerOf } from '../assertions/answers.ts';

/** Made by test/statistics/agreement/make-reference.py. */
const { cases } = JSON.parse(
  readFileSync(new URL('../statistics/agreement/reference-values.json', import.meta.url), 'utf8'),
) as {
  cases: {
    scale: [number, number];
    levels: number[];
    scores: number[];
    others: number[][];
    mos: number[];
    standardErrors: number[];
    expected: {
      pairs: { accuracy: number };
      pairsWithBand: { accuracy: number };
      kappa: number;
    };
  }[];
};
const [one] = cases as [(typeof cases)[number]];

const folder = mkdtempSync(join(tmpdir(), 'iqa-agreement-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The answer of a column with these scores, with all that is known of people, or without. */
function answered(scores: readonly number[], known = true): CorrelationAnswer {
  const answer = answerOf(scores, { levels: one.levels, ...(known && { scale: one.scale }) });
  const rows = answer.rows.map((row, i) => ({
    ...row,
    mos: one.mos[i]!,
    ...(known && { standardError: one.standardErrors[i]! }),
  }));
  return { ...answer, rows };
}

const judge = (answer: CorrelationAnswer, config: object) =>
  rankCorrelation('', { config, metadata: { correlation: answer } });

function saved(answer: CorrelationAnswer): string {
  const file = join(folder, `${Math.random()}.json`);
  const results = [{ promptIdx: 0, response: { metadata: { correlation: answer } } }];
  const prompts = [{ provider: 'old', label: 'qdebias' }];
  writeFileSync(file, JSON.stringify({ evalId: 'e', results: { version: 3, prompts, results } }));
  return file;
}

const shown = (value: number) => value.toFixed(2).replace('.', '\\.');

describe('a gate on agreement beyond correlation', () => {
  it.each([
    ['PAIRS', 'PAIRS with a band of ties', true, one.expected.pairsWithBand.accuracy],
    ['PAIRS', 'PAIRS without a band of ties', false, one.expected.pairs.accuracy],
    ['KAPPA', 'KAPPA at 5 levels', true, one.expected.kappa],
  ])('%s: %s holds the reference value', (metric, name, known, value) => {
    const { pass, reason } = judge(answered(one.scores, known), { metric, min: value - 0.1 });
    expect(pass).toBe(true);
    expect(reason).toMatch(
      new RegExp(`^${name} ${shown(value)} \\[0\\.\\d\\d, 0\\.\\d\\d\\] on 60`),
    );
    const held = judge(answered(one.scores, known), {
      metric,
      min: value - 0.01,
      confidence: 0.95,
    });
    expect(held.pass).toBe(false);
    expect(held.reason).toContain('; its lower end 0.');
  });

  it.each(['ALPHA', 'ICC'])('%s is of mapped scores, and refuses a curve that falls', (metric) => {
    expect(judge(answered(one.scores), { metric, min: 0.5 })).toMatchObject({
      pass: true,
      reason: expect.stringMatching(new RegExp(`^${metric} mapped 0\\.\\d\\d \\[`)),
    });
    const turned = answered(one.scores.map((score) => 1 - score));
    expect(judge(turned, { metric, min: 0 })).toMatchObject({
      pass: false,
      reason: expect.stringContaining('the fitted curve falls'),
    });
  });

  it('KAPPA of a prompt without levels, or with others than the baseline, judges nothing', () => {
    const { levels: _, ...none } = answered(one.scores);
    expect(judge(none, { metric: 'KAPPA', min: 0 })).toMatchObject({
      pass: false,
      reason: expect.stringContaining(
        'no levels to agree at, so there is no kappa: the prompt asks for a number',
      ),
      metadata: { iqaGate: { judged: false } },
    });
    const before = saved({ ...answered(one.scores), levels: [0, 1] });
    const config = { metric: 'KAPPA', baseline: { file: before }, margin: 0.1 };
    expect(judge(answered(one.scores), config).reason).toContain(
      'levels of the prompt: 0, 1 in the baseline, 0, 0.25, 0.5, 0.75, 1 here',
    );
  });

  it.each(['PAIRS', 'KAPPA', 'ALPHA', 'ICC'])(
    '%s is compared with a baseline in pairs: the same run passes with no margin, a worse one fails',
    (metric) => {
      const same = judge(answered(one.scores), {
        metric,
        baseline: { file: saved(answered(one.scores)) },
      });
      expect(same).toMatchObject({
        pass: true,
        reason: expect.stringContaining('difference 0.00 [0.00, 0.00]'),
      });
      const worse = judge(answered(one.others[1]!), {
        metric,
        baseline: { file: saved(answered(one.scores)) },
        margin: 0.01,
      });
      expect(worse.pass).toBe(false);
      expect(worse.reason).toContain('reaches below the allowed -0.01');
    },
  );

  it('takes what is known of people from this run, where the baseline is of an older version', () => {
    const reasonOf = (before: CorrelationAnswer) =>
      judge(answered(one.scores), {
        metric: 'PAIRS',
        baseline: { file: saved(before) },
        margin: 0.5,
      }).reason;
    expect(reasonOf(answered(one.others[0]!, false))).toBe(reasonOf(answered(one.others[0]!)));
  });
});
