import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dct8x8 } from '../../../src/judges/statistical/dct.ts';

const transformed = (block: number[]) => {
  const values = Float64Array.from(block);
  dct8x8(values, new Float64Array(64));
  return values;
};
const blocks = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 64, maxLength: 64 });
const energy = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value ** 2, 0);

describe('dct8x8', () => {
  it('puts a flat block into the DC coefficient: 8 times its level', () => {
    const [dc, ...ac] = transformed(Array.from({ length: 64 }, () => 10));
    expect(dc).toBeCloseTo(80, 9);
    for (const coefficient of ac) expect(coefficient).toBeCloseTo(0, 9);
  });

  it('puts a cosine into its own coefficient', () => {
    const frequency = (along: number, u: number) => Math.cos(((2 * along + 1) * u * Math.PI) / 16);
    const block = Array.from(
      { length: 64 },
      (_, i) => frequency(i % 8, 3) * frequency(Math.floor(i / 8), 5),
    );
    transformed(block).forEach((coefficient, i) => {
      expect(coefficient).toBeCloseTo(i === 5 * 8 + 3 ? 4 : 0, 9);
    });
  });

  it('keeps the energy', () => {
    fc.assert(
      fc.property(blocks, (block) => {
        const expected = energy(block);
        expect(Math.abs(energy(transformed(block)) - expected)).toBeLessThan(1e-9 * (1 + expected));
      }),
    );
  });
});
