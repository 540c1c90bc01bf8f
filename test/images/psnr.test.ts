import fc from 'fast-check';
import { expect, it } from 'vitest';
import { psnrDb } from '../../src/images/psnr.ts';
import { flat } from './pictures.ts';

const sized = fc
  .record({ width: fc.integer({ min: 1, max: 300 }), height: fc.integer({ min: 1, max: 120 }) })
  .chain(({ width, height }) => {
    const data = fc
      .tuple(fc.integer(), fc.constantFrom(1, 16, 255))
      .map(([seed, most]) =>
        Uint8Array.from(
          { length: width * height * 3 },
          (_, i) => (Math.imul(i + seed, 2_654_435_761) >>> 8) % (most + 1),
        ),
      );
    return fc.record({ width: fc.constant(width), height: fc.constant(height), a: data, b: data });
  });

it('is 10 log10 of 255 squared over the mean squared error', () => {
  fc.assert(
    fc.property(sized, ({ width, height, a, b }) => {
      const sum = a.reduce((total, level, i) => total + (level - b[i]!) ** 2, 0);
      const expected = 10 * Math.log10(255 ** 2 / (sum / a.length));
      const found = psnrDb({ data: a, width, height }, { data: b, width, height });
      if (sum === 0) expect(found).toBe(Infinity);
      else expect(found).toBeCloseTo(expected, 10);
    }),
  );
});

it('is 0 dB between black and white, and Infinity between equal images', () => {
  const black = flat(700, 500, [0, 0, 0]);
  expect(psnrDb(black, flat(700, 500, [255, 255, 255]))).toBe(0);
  expect(psnrDb(black, black)).toBe(Infinity);
});

it('refuses images of different sizes', () => {
  expect(() => psnrDb(flat(32, 40, [0, 0, 0]), flat(40, 32, [0, 0, 0]))).toThrow(
    'PSNR of images of different sizes: 32x40, 40x32',
  );
});
