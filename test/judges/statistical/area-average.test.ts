import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areaAverage } from '../../../src/judges/statistical/area-average.ts';

const grids = fc
  .record({
    width: fc.integer({ min: 1, max: 40 }),
    height: fc.integer({ min: 1, max: 40 }),
    channels: fc.constantFrom(1, 3),
  })
  .chain((size) =>
    fc.record({
      size: fc.constant(size),
      grid: fc.record({
        columns: fc.integer({ min: 1, max: size.width }),
        rows: fc.integer({ min: 1, max: size.height }),
      }),
      data: fc.uint8Array({
        minLength: size.width * size.height * size.channels,
        maxLength: size.width * size.height * size.channels,
      }),
    }),
  );

const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

describe('areaAverage', () => {
  it('gives the plain means of whole blocks', () => {
    const data = Uint8Array.from([1, 3, 10, 20, 5, 7, 30, 40]);
    expect([
      ...areaAverage(data, { width: 4, height: 2, channels: 1 }, { columns: 2, rows: 1 }),
    ]).toEqual([4, 25]);
  });

  it('shares a pixel that a cell border cuts', () => {
    const data = Uint8Array.from([30, 60, 90]);
    expect([
      ...areaAverage(data, { width: 3, height: 1, channels: 1 }, { columns: 2, rows: 1 }),
    ]).toEqual([40, 80]);
  });

  it('returns the image itself on the grid of its pixels', () => {
    fc.assert(
      fc.property(grids, ({ size, data }) => {
        const same = areaAverage(data, size, { columns: size.width, rows: size.height });
        expect([...same]).toEqual([...data]);
      }),
    );
  });

  it('keeps the overall mean, for any size and grid', () => {
    fc.assert(
      fc.property(grids, ({ size, grid, data }) => {
        expect(mean(areaAverage(data, size, grid))).toBeCloseTo(mean(data), 9);
      }),
    );
  });

  it('stays within the range of the samples', () => {
    fc.assert(
      fc.property(grids, ({ size, grid, data }) => {
        const means = areaAverage(data, size, grid);
        expect(means.length).toBe(grid.columns * grid.rows * size.channels);
        expect(Math.max(...means)).toBeLessThanOrEqual(Math.max(...data) + 1e-9);
        expect(Math.min(...means)).toBeGreaterThanOrEqual(Math.min(...data) - 1e-9);
      }),
    );
  });
});
