import { createHash } from 'node:crypto';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { degrade } from '../../providers/degradations/index.ts';
import { quantisationTables } from '../../providers/degradations/jpeg-tables.ts';
import { psnrDb } from '../../providers/images/psnr.ts';
import type { RawImage } from '../../providers/images/raw-image.ts';
import { rawInput } from '../../providers/images/resize.ts';
import { flat, picture, pixelAt } from '../images/pictures.ts';
import reference from './numpy-reference.json' with { type: 'json' };

const severities = [1, 2, 3, 4, 5];
const seed = 3;

/** A smooth picture, as photographs are. */
async function smooth(width: number, height: number): Promise<RawImage> {
  const data = await rawInput(picture(width, height)).blur(3).raw().toBuffer();
  return { data: new Uint8Array(data), width, height };
}

const meanDifference = (a: RawImage, b: RawImage): number =>
  a.data.reduce((sum, level, i) => sum + Math.abs(level - (b.data[i] as number)), 0) /
  a.data.length;

describe('degraded copies are those of numpy and scipy, to the bit', () => {
  it.each(Object.entries(reference.sha256))('%s', (title, sha256) => {
    const [name, severity, size] = title.split(' ') as [string, string, string];
    const [width, height] = size.split('x').map(Number) as [number, number];
    const { data } = degrade(picture(width, height), name, Number(severity), {
      seed: reference.seed,
    });
    expect(createHash('sha256').update(data).digest('hex')).toBe(sha256);
  });
});

describe('blurs, pixelate and contrast', () => {
  const colour = fc.tuple(
    fc.integer({ min: 0, max: 255 }),
    fc.integer({ min: 0, max: 255 }),
    fc.integer({ min: 0, max: 255 }),
  );
  it.each(['gaussian_blur', 'motion_blur', 'defocus_blur', 'pixelate', 'contrast'])(
    '%s leaves a flat image as it is',
    (name) => {
      fc.assert(
        fc.property(colour, fc.constantFrom(...severities), (rgb, severity) => {
          const image = flat(45, 33, rgb);
          expect(degrade(image, name, severity, { seed }).data).toEqual(image.data);
        }),
        { numRuns: 20 },
      );
    },
  );
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
      76,
      0, // 100 + 51, half of it
    ]);
    expect(pixelAt(degrade(flat(32, 32, [0, 0, 0]), 'brightness', 1, { seed }), 5, 5)).toEqual([
      26, 26, 26,
    ]);
    expect(pixelAt(degrade(flat(32, 32, [250, 125, 5]), 'brightness', 5, { seed }), 5, 5)).toEqual([
      255, 128, 5,
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
          quality: qualities[severity - 1] as number,
          chromaSubsampling: '4:2:0',
          quantisationTable: 0,
        })
        .toBuffer();
      const theirs = { ...image, data: new Uint8Array(await sharp(jpeg).raw().toBuffer()) };
      const ours = degrade(image, 'jpeg_compression', severity, { seed });
      // libjpeg's transforms work in integers, so a coefficient on the edge of two steps may differ.
      expect(meanDifference(ours, theirs)).toBeLessThan(0.5);
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
