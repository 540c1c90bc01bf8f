import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  features,
  quality,
  qualityIndex,
  relativeQuality,
  type StatisticalFeatures,
} from '../../../src/judges/statistical/index.ts';
import { distortionFamilies } from './distortions.ts';
import { deadLeaves, uniform } from './pictures.ts';

/** The ranges the features can have, of 8-bit images. */
const anyFeatures: fc.Arbitrary<StatisticalFeatures> = fc.record({
  sharpness: fc.double({ min: -2.4, max: 7, noNaN: true }),
  coherence: fc.double({ min: -6, max: 0, noNaN: true }),
  noiseSigma: fc.double({ min: 0, max: 300, noNaN: true }),
  logKey: fc.double({ min: -2.9, max: 1.8, noNaN: true }),
  clippedShare: fc.double({ min: 0, max: 1, noNaN: true }),
  jpegGridExcess: fc.double({ min: -0.5, max: 2, noNaN: true }),
});

const typical: StatisticalFeatures = {
  sharpness: 3.4,
  coherence: -0.6,
  noiseSigma: 0.2,
  logKey: -0.3,
  clippedShare: 0.001,
  jpegGridExcess: 0.2,
};

describe('quality', () => {
  it('lies strictly between 0 and 1 and grows with the index', () => {
    fc.assert(
      fc.property(anyFeatures, anyFeatures, (a, b) => {
        expect(quality(a)).toBeGreaterThan(0);
        expect(quality(a)).toBeLessThan(1);
        if (qualityIndex(a) > qualityIndex(b)) {
          expect(quality(a)).toBeGreaterThanOrEqual(quality(b));
        }
      }),
    );
  });

  it.each([
    ['sharpness', +1],
    ['coherence', +1],
    ['logKey', +1],
    ['noiseSigma', -1],
    ['clippedShare', -1],
    ['jpegGridExcess', -1],
  ] as const)('%s moves it in direction %d', (name, direction) => {
    const raised = quality({ ...typical, [name]: typical[name] + 0.1 });
    expect(Math.sign(raised - quality(typical))).toBe(direction);
  });

  it('does not reward a picture for being brighter than mid-grey', () => {
    expect(quality({ ...typical, logKey: 1 })).toBe(quality({ ...typical, logKey: 0 }));
  });

  it.each([0, 1, 60, 128, 254, 255])('is low, and defined, for uniform grey %d', (level) => {
    const score = quality(features(uniform(64, 48, level)));
    expect(score).toBeGreaterThan(0);
    expect(score).toBeLessThan(0.05);
  });

  describe.each(distortionFamilies)('$name', ({ levels, apply }) => {
    it.each([1, 2, 3])('makes picture %d worse at every level', async (seed) => {
      const picture = deadLeaves(256, 256, seed);
      const scores = [quality(features(picture))];
      for (const level of levels) scores.push(quality(features(await apply(picture, level))));
      expect(scores).toEqual([...scores].sort((a, b) => b - a));
      expect(new Set(scores).size).toBe(scores.length);
    });
  });
});

describe('relativeQuality', () => {
  it('lies strictly between 0 and 1, grows with the query image, falls with the conditional', () => {
    fc.assert(
      fc.property(anyFeatures, anyFeatures, anyFeatures, (query, conditional, other) => {
        const score = relativeQuality(query, conditional);
        expect(score).toBeGreaterThan(0);
        expect(score).toBeLessThan(1);
        if (qualityIndex(other) > qualityIndex(query)) {
          expect(relativeQuality(other, conditional)).toBeGreaterThanOrEqual(score);
        }
        if (qualityIndex(other) > qualityIndex(conditional)) {
          expect(relativeQuality(query, other)).toBeLessThanOrEqual(score);
        }
      }),
    );
  });

  it('rates a picture above its blurred copy, given that copy, and that copy as poor given itself', async () => {
    const [blur] = distortionFamilies;
    for (const seed of [1, 2, 3]) {
      const picture = deadLeaves(256, 256, seed);
      const query = features(picture);
      const conditional = features((await blur?.apply(picture, 3)) ?? picture);
      expect(relativeQuality(query, conditional)).toBeGreaterThan(0.5);
      expect(relativeQuality(conditional, conditional)).toBeLessThan(0.5);
    }
  });
});
