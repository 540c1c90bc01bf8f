import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RawImage } from '../../../src/images/raw-image.ts';
import {
  features,
  quality,
  type StatisticalFeatures,
} from '../../../src/judges/statistical/index.ts';
import { addNoise, compress, expose } from './distortions.ts';
import { deadLeaves, mirrored, transposed, uniform } from './pictures.ts';

/** Vertical grey bars, two pixels wide: nothing but structure. */
function bars(width: number, height: number): RawImage {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) =>
    Math.floor((Math.floor(i / 3) % width) / 2) % 2 === 0 ? 90 : 160,
  );
  return { data, width, height };
}

const names = (values: StatisticalFeatures) => Object.keys(values) as (keyof StatisticalFeatures)[];

function expectClose(actual: StatisticalFeatures, expected: StatisticalFeatures): void {
  for (const name of names(expected)) {
    expect(Math.abs(actual[name] - expected[name]), name).toBeLessThan(1e-4);
  }
}

describe('features', () => {
  const leaves = deadLeaves(256, 192, 1);

  it('are finite plain numbers that survive JSON', () => {
    const values = features(leaves);
    for (const name of names(values)) expect(Number.isFinite(values[name]), name).toBe(true);
    expect(JSON.parse(JSON.stringify(values))).toEqual(values);
  });

  it('are the same at every call and leave the image as it was', () => {
    const copy = leaves.data.slice();
    expect(features(leaves)).toEqual(features({ ...leaves, data: copy.slice() }));
    expect(leaves.data).toEqual(copy);
  });

  it.each([
    ['sides that are multiples of 8', leaves],
    ['other sides', deadLeaves(203, 117, 2)],
    ['an image reduced before it is analysed', deadLeaves(1024, 1000, 3)],
  ])('do not change when the picture is mirrored or turned over: %s', (_, picture) => {
    const expected = features(picture);
    const offGrid = picture.width % 8 !== 0 || picture.height % 8 !== 0;
    for (const actual of [features(mirrored(picture)), features(transposed(picture))]) {
      // JPEG's grid starts at the top left, so a cropped picture has another grid when mirrored.
      const grid = offGrid ? expected.jpegGridExcess : actual.jpegGridExcess;
      expectClose({ ...actual, jpegGridExcess: grid }, expected);
    }
  });

  it('are finite for any pixels and any size from 32 pixels on', () => {
    const images = fc
      .record({ width: fc.integer({ min: 32, max: 48 }), height: fc.integer({ min: 32, max: 48 }) })
      .chain(({ width, height }) =>
        fc
          .uint8Array({ minLength: width * height * 3, maxLength: width * height * 3 })
          .map((data) => ({ data, width, height })),
      );
    fc.assert(
      fc.property(images, (image) => {
        const values = features(image);
        for (const name of names(values)) expect(Number.isFinite(values[name]), name).toBe(true);
        expect(quality(values)).toBeGreaterThan(0);
        expect(quality(values)).toBeLessThan(1);
      }),
      { numRuns: 30 },
    );
  });

  it('refuse images that are too small or incomplete, saying which', () => {
    expect(() => features(uniform(31, 200, 0))).toThrow(/31x200 pixels.*at least 32/);
    expect(() => features({ ...uniform(40, 40, 0), height: 41 })).toThrow(/4920 bytes, not 4800/);
  });

  describe('noiseSigma', () => {
    it.each([2, 6, 12])('is the standard deviation of noise %d on flat mid-grey', async (sigma) => {
      // The three channels' noise is independent; luminance averages it with the weights of its sum.
      const averaged = sigma * Math.hypot(0.2126, 0.7152, 0.0722);
      const noisy = await addNoise(uniform(256, 256, 120), sigma);
      expect(features(noisy).noiseSigma / averaged).toBeGreaterThan(0.8);
      expect(features(noisy).noiseSigma / averaged).toBeLessThan(1.1);
    });

    it('is nothing where flat areas are clean, however much texture there is elsewhere', () => {
      const half = bars(256, 256);
      half.data.fill(120, half.data.length / 2);
      expect(features(half).noiseSigma).toBe(0);
    });
  });

  describe('coherence', () => {
    it('is 0 for pure structure and strongly negative for pure noise', async () => {
      expect(features(bars(128, 128)).coherence).toBeCloseTo(0, 3);
      expect(features(await addNoise(uniform(128, 128, 120), 10)).coherence).toBeLessThan(-1);
    });
  });

  describe('logKey', () => {
    it.each([0, 60, 128, 255])(
      'of grey %d is its luminance with 1 %% flare over 18 %%',
      (level) => {
        const value = level / 255;
        const luminance = value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
        const expected = Math.log((luminance + 0.01) / 0.18);
        expect(features(uniform(64, 64, level)).logKey).toBeCloseTo(expected, 4);
      },
    );

    it('drops by less than ln 2, because of the flare, when the light is halved', async () => {
      const drop = features(leaves).logKey - features(await expose(leaves, -1)).logKey;
      expect(drop).toBeGreaterThan(0.55);
      expect(drop).toBeLessThan(Math.LN2);
    });
  });

  describe('clippedShare', () => {
    it('counts the plateau at the top, also after the picture was darkened', async () => {
      const ramp = uniform(100, 100, 0);
      for (let i = 0; i < ramp.data.length; i++) ramp.data[i] = Math.floor(i / 300) * 2;
      ramp.data.fill(255, 0, 3 * 2500);
      expect(features(ramp).clippedShare).toBeCloseTo(0.25, 9);
      expect(features(await expose(ramp, -1)).clippedShare).toBeCloseTo(0.25, 9);
    });
  });

  describe('jpegGridExcess', () => {
    it('is near 0 without JPEG and grows as the quality falls', async () => {
      const values = [features(leaves).jpegGridExcess];
      for (const jpegQuality of [75, 50, 30, 15, 8]) {
        values.push(features(await compress(leaves, jpegQuality)).jpegGridExcess);
      }
      expect(Math.abs(values[0]!)).toBeLessThan(0.03);
      expect(values).toEqual([...values].sort((a, b) => a - b));
    });
  });

  describe('sharpness', () => {
    it('is that of the sharpest part, whatever the background does', () => {
      const background = uniform(256, 192, 110);
      const start = 96 * 256 * 3;
      background.data.set(leaves.data.subarray(start), start);
      const half = features(background).sharpness;
      expect(Math.abs(half - features(leaves).sharpness)).toBeLessThan(0.2);
    });
  });
});
