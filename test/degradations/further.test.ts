import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { degrade } from '../../src/degradations/index.ts';
import { quantisationTables } from '../../src/degradations/jpeg-tables.ts';
import { psnrDb } from '../../src/images/psnr.ts';
import type { RawImage } from '../../src/images/raw-image.ts';
import { rawInput } from '../../src/images/resize.ts';
import { flat, picture, pixelAt } from '../images/pictures.ts';

const severities = [1, 2, 3, 4, 5];
const seed = 3;

/** A smooth picture, as photographs are. */
async function smooth(width: number, height: number): Promise<RawImage> {
  const data = await rawInput(picture(width, height)).blur(3).raw().toBuffer();
  return { data: new Uint8Array(data), width, height };
}

describe('blurs, pixelate and contrast', () => {
  const colour = fc.tuple(
    fc.integer({ min: 0, max: 255 }),
    fc.integer({ min: 0, max: 255 }),
    fc.integer({ min: 0, max: 255 }),
  );
  // The original package drops fractions, so a level may come out one lower. Its disks of severities 4
  // and 5 have weights that sum to more than 1.
  it.each([
    ['gaussian_blur', severities, 1],
    ['motion_blur', severities, 1],
    ['contrast', severities, 1],
    ['pixelate', severities, 0],
    ['defocus_blur', [1, 2, 3], 1],
    ['defocus_blur', [4, 5], 4],
  ])('%s %j leaves a flat image as it is, to %i levels', (name, some, tolerance) => {
    fc.assert(
      fc.property(colour, fc.constantFrom(...some), (rgb, severity) => {
        const image = flat(45, 47, rgb);
        const { data } = degrade(image, name, severity, { seed });
        const gaps = image.data.map((level, i) => Math.abs(level - data[i]!));
        expect(Math.max(...gaps)).toBeLessThanOrEqual(tolerance);
      }),
      { numRuns: 20 },
    );
  });

  it('motion_blur darkens an image that is smaller than its trail, as the original does', () => {
    const { data } = degrade(flat(32, 32, [200, 200, 200]), 'motion_blur', 5, { seed });
    expect(Math.max(...data)).toBeLessThan(200);
  });
});

describe('a copy is the worse the higher the severity', () => {
  it.each([
    'gaussian_noise',
    'gaussian_blur',
    'motion_blur',
    'defocus_blur',
    'pixelate',
    'jpeg_compression',
    'contrast',
    'brightness',
    'darkness',
  ])('%s', async (name) => {
    const image = await smooth(160, 120);
    const psnrs = severities.map((severity) =>
      psnrDb(image, degrade(image, name, severity, { seed })),
    );
    expect(psnrs).toEqual(psnrs.toSorted((a, b) => b - a));
    expect(new Set(psnrs).size).toBe(severities.length);
  });
});

describe('brightness and darkness', () => {
  it('brightness keeps hue and saturation, turns black grey and stops at white', () => {
    expect(pixelAt(degrade(flat(32, 32, [100, 50, 0]), 'brightness', 2, { seed }), 5, 5)).toEqual([
      151,
      75,
      0, // 100 + 51, half of it without its fraction
    ]);
    expect(pixelAt(degrade(flat(32, 32, [0, 0, 0]), 'brightness', 1, { seed }), 5, 5)).toEqual([
      25, 25, 25,
    ]);
    expect(pixelAt(degrade(flat(32, 32, [250, 125, 5]), 'brightness', 5, { seed }), 5, 5)).toEqual([
      255, 127, 5,
    ]);
  });

  it('darkness keeps black and white, and takes the middle down to half of 1 minus the amount', () => {
    expect(pixelAt(degrade(flat(32, 32, [0, 255, 0]), 'darkness', 4, { seed }), 0, 0)).toEqual([
      0, 255, 0,
    ]);
    const [middle] = pixelAt(degrade(flat(32, 32, [128, 0, 0]), 'darkness', 4, { seed }), 0, 0);
    expect(middle).toBe(77); // (1 - 0.4) / 2 = 0.3 of 255
  });
});

describe('jpeg_compression', () => {
  const qualities = [25, 18, 15, 10, 7];
  it.each([
    ['wide', 96, 64],
    ['of odd size', 97, 131],
  ])('loses what libjpeg loses on an image %s', async (_, width, height) => {
    const image = await smooth(width, height);
    for (const severity of severities) {
      const jpeg = await rawInput(image)
        .jpeg({
          quality: qualities[severity - 1]!,
          chromaSubsampling: '4:2:0',
          quantisationTable: 0,
        })
        .toBuffer();
      const theirs = { ...image, data: new Uint8Array(await sharp(jpeg).raw().toBuffer()) };
      const ours = degrade(image, 'jpeg_compression', severity, { seed });
      expect(ours.data).toEqual(theirs.data);
      expect(psnrDb(ours, image)).toBeLessThan(40);
    }
  });

  it('scales the tables as libjpeg does', () => {
    expect([...quantisationTables(50).luminance.subarray(0, 3)]).toEqual([16, 11, 10]);
    expect([...quantisationTables(25).luminance.subarray(0, 3)]).toEqual([32, 22, 20]);
    expect([...quantisationTables(7).luminance.subarray(0, 3)]).toEqual([114, 79, 71]);
    expect(new Set(quantisationTables(100).chrominance)).toEqual(new Set([1]));
    expect(Math.max(...quantisationTables(1).luminance)).toBe(255);
  });
});
