import { expect, it } from 'vitest';
import { answerCorrelationRow, type CorrelatedRow } from '../../src/rows/answer-correlation-row.ts';
import {
  correlationAnswerSchema,
  correlationRequestSchema,
} from '../../src/rows/correlation-row.ts';
import type { Ratings } from '../../src/rows/ratings.ts';
import { condition } from '../assertions/answers.ts';

/** The answer over images with these ratings; the second has no score. */
async function answered(ratings: readonly (Ratings | undefined)[], levels?: number[]) {
  const request = correlationRequestSchema.parse({
    dataset: 'd',
    several: false,
    minCoverage: 0,
    rows: ratings.map((own, i) => ({
      vars: { image: `${i}.png`, mos: i, dataset: 'd' },
      ...(own && { ratings: own }),
    })),
  });
  const { metadata } = await answerCorrelationRow(
    request,
    {
      repeatIndex: 0,
      asked: { conditions: [], seed: 0, prompt: { label: 'p', sha256: '' } },
      has: () => true,
      score: async ({ vars }) => {
        if (vars.image === '1.png') throw new Error('no answer');
        return {
          row: { image: String(vars.image), mos: Number(vars.mos), dataset: 'd' },
          image: { sha256: String(vars.image) },
          output: {
            score: 0.5,
            conditions: [condition(0.5, 1)],
            method: 'debiased',
            weights: 'softmax',
            source: 'computed',
          },
          answers: [],
          levels,
        } satisfies CorrelatedRow;
      },
      draw: async () => undefined,
    },
    undefined,
  );
  return correlationAnswerSchema.parse(metadata?.correlation);
}

it('carries what is known of people, each image its own: the error of its MOS, and the scale', async () => {
  const scale: [number, number] = [1, 5];
  const { rows, ...answer } = await answered(
    [
      { deviation: 0.8, raters: 16, scale },
      { deviation: 9, raters: 9, scale },
      { standardError: 0.1, scale },
      { deviation: 0.8, scale },
    ],
    [0, 1],
  );
  expect(rows.map(({ image, standardError }) => [image, standardError])).toEqual([
    ['0.png', 0.2],
    ['2.png', 0.1],
    ['3.png', undefined],
  ]);
  expect(answer).toMatchObject({ scale, levels: [0, 1] });
});

it('says no scale where images differ in it, and none of ratings that nobody has published', async () => {
  const answer = await answered([{ scale: [1, 5] }, undefined, undefined]);
  expect(answer).not.toHaveProperty('scale');
  expect(answer).not.toHaveProperty('levels');
  expect(answer.rows[0]).not.toHaveProperty('standardError');
});
