import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cropImage } from '../../src/images/crop.ts';
import { viewsOf } from '../../src/method/views.ts';

const size = fc.record({
  width: fc.integer({ min: 1, max: 6000 }),
  height: fc.integer({ min: 1, max: 6000 }),
});
const asked = fc.record({
  whole: fc.boolean(),
  crops: fc.integer({ min: 1, max: 16 }),
  side: fc.integer({ min: 32, max: 1024 }),
});

describe('the views of an image', () => {
  it('are the whole and pieces that lie inside it, whatever its size', () => {
    fc.assert(
      fc.property(size, asked, ({ width, height }, views) => {
        const made = viewsOf({ width, height }, views);
        expect(made.length).toBeGreaterThan(0);
        for (const { crop } of made) {
          if (!crop) continue;
          expect(crop.left).toBeGreaterThanOrEqual(0);
          expect(crop.top).toBeGreaterThanOrEqual(0);
          expect(crop.left + crop.width).toBeLessThanOrEqual(width);
          expect(crop.top + crop.height).toBeLessThanOrEqual(height);
          expect(crop).toMatchObject({
            width: Math.min(width, views.side),
            height: Math.min(height, views.side),
          });
        }
      }),
    );
  });

  it('begin with the middle, and stay where they are when there are more', () => {
    const crops = (count: number) =>
      viewsOf({ width: 1000, height: 700 }, { whole: false, crops: count, side: 200 }).map(
        ({ crop }) => [crop?.left, crop?.top],
      );
    // frac(1/2 + k / 1.3247…) of 801 and frac(1/2 + k / 1.7549…) of 501 places, worked out with 40 digits elsewhere.
    expect(crops(4)).toEqual([
      [400, 250],
      [204, 34],
      [7, 320],
      [612, 104],
    ]);
    expect(crops(2)).toEqual(crops(4).slice(0, 2));
  });

  it('are the whole alone where a piece would be all of the image', () => {
    const small = { width: 300, height: 200 };
    expect(viewsOf(small, { whole: true, crops: 3, side: 300 })).toEqual([{ name: 'whole' }]);
    expect(viewsOf(small, { whole: false, crops: 3, side: 300 })).toEqual([
      { name: 'crop 1', crop: { left: 0, top: 0, width: 300, height: 200 } },
    ]);
    expect(viewsOf(small, { whole: true, crops: 2, side: 250 })).toHaveLength(3);
  });

  it('hold the pixels of their place', () => {
    const image = { width: 3, height: 2, data: Uint8Array.from({ length: 18 }, (_, i) => i) };
    expect(cropImage(image, { left: 1, top: 1, width: 2, height: 1 })).toEqual({
      width: 2,
      height: 1,
      data: Uint8Array.from([12, 13, 14, 15, 16, 17]),
    });
  });
});
