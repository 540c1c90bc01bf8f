import { expect, it } from 'vitest';
import { againstMin } from '../../src/gate/against-min.ts';
import { sampleOf } from '../../src/gate/correlated-sample.ts';
import { answerOf } from '../assertions/answers.ts';

const interval = {
  low: 0.6,
  high: 0.9,
  confidence: 0.95,
  draws: 2000,
  undefinedDraws: 0,
  units: 30,
  fewUnits: false,
};
const sample = sampleOf(answerOf(Array.from({ length: 30 }, (_, i) => i / 30)));
const passes = (min: number, confidence?: number) =>
  againstMin(0.8, interval, sample, { min, ...(confidence && { confidence }) }).pass;

it('min is held against the correlation, with confidence against the lower end of its interval', () => {
  const bounds = [0.55, 0.6, 0.7, 0.8, 0.85];
  expect(bounds.map((min) => passes(min))).toEqual([true, true, true, true, false]);
  expect(bounds.map((min) => passes(min, 0.95))).toEqual([true, true, false, false, false]);
});
