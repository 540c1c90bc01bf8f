import { expect, it } from 'vitest';
import { sampleSetPairs } from '../../../bench/ordered-pairs.ts';
import { features, quality } from '../../../src/judges/statistical/index.ts';

it("puts the sample set's distortions in order within each photograph and family", async () => {
  const families = await sampleSetPairs((image) => quality(features(image)));
  expect(families.map(({ name }) => name)).toEqual([
    'jpeg',
    'gaussian_blur',
    'noise',
    'downscaling',
    'exposure',
  ]);
  for (const { name, ordered, pairs } of families) {
    expect(pairs, name).toBe(8 * 3);
    // The README says so.
    expect(ordered, name).toBe(pairs);
  }
}, 120_000);
