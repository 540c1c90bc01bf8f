import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { degrade } from '../../src/degradations/index.ts';
import { zoomLayers } from '../../src/degradations/zoom-sampling.ts';
import type { RawImage } from '../../src/images/raw-image.ts';
import { exactZoomBlurByte } from './reference/zoom-blur-exact.ts';

/** Few levels in blocks: flat and half-flat neighbourhoods, where values lie on byte boundaries. */
const blocky = fc
  .record({
    width: fc.integer({ min: 32, max: 300 }),
    height: fc.integer({ min: 32, max: 60 }),
    block: fc.integer({ min: 1, max: 40 }),
    levels: fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 5 }),
  })
  .map(({ width, height, block, levels }): RawImage => {
    const data = new Uint8Array(width * height * 3);
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const patch = Math.floor(x / block) * 7 + Math.floor(y / block) * 3;
        for (let c = 0; c < 3; c++) data[i++] = levels[(patch + c) % levels.length]!;
      }
    }
    return { data, width, height };
  });

describe('zoom_blur', () => {
  it.each([1, 2, 3, 4, 5] as const)(
    'severity %i equals the exact formula at every byte',
    (severity) => {
      fc.assert(
        fc.property(blocky, (image) => {
          const { data } = degrade(image, 'zoom_blur', severity, { seed: 0 });
          const layers = zoomLayers(image.width, image.height, severity);
          const wrong: string[] = [];
          for (let y = 0, i = 0; y < image.height; y++) {
            for (let x = 0; x < image.width; x++) {
              for (let c = 0; c < 3; c++, i++) {
                const exact = exactZoomBlurByte(image, layers, x, y, c);
                if (data[i] !== exact) wrong.push(`${x},${y},${c}: ${data[i]} instead of ${exact}`);
              }
            }
          }
          expect(wrong).toEqual([]);
        }),
        { numRuns: 15 },
      );
    },
  );
});
