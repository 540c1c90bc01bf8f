import { describe, expect, it } from 'vitest';
import { correlations } from '../../bench/graded-questions.ts';

const RUNS = 12;
const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const sampled = async (prompt: string) => mean(await correlations(prompt, 8, RUNS));

/** On a simulated biased judge with 8 samples a question and 100 images (bench/simulated-judge.ts). */
describe('graded questions under a prior keep what it gains', () => {
  it.each([
    ['qdebias-five', 'five-level'],
    ['qdebias-nine', 'five-level'],
    ['qdebias-rating', 'rating'],
  ])('%s', async (debiased, single) => {
    const kept = await sampled(debiased);
    expect(kept).toBeGreaterThanOrEqual(0.7);
    expect(kept - (await sampled(single))).toBeGreaterThanOrEqual(0.15);
  });

  it('two words do not, though their exact probabilities would', async () => {
    expect(await sampled('qdebias')).toBeLessThan(0.7);
    expect(mean(await correlations('qdebias', undefined, RUNS))).toBeGreaterThan(0.9);
  });
});
