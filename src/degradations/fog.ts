import type { RawImage } from '../images/raw-image.ts';
import { changeInStrips, inStrips, withKernels } from '../wasm/kernels.ts';
import type { Degradation, Severity } from './degradation.ts';

/** Thickness of the fog, and decay of its plasma map. */
const FOGS: Record<Severity, { thickness: number; decay: number }> = {
  1: { thickness: 1.5, decay: 2 },
  2: { thickness: 2, decay: 2 },
  3: { thickness: 2.5, decay: 1.7 },
  4: { thickness: 2.5, decay: 1.5 },
  5: { thickness: 3, decay: 1.4 },
};

/**
 * Longest side that gets fog. The plasma map is as long on both sides as the image on its longer one, so
 * that the time follows the square of that.
 */
const FOG_MAX_SIDE = 65_536;

/** Adds a plasma map as fog and scales back to the range of the image. A black image stays black. */

export const fog: Degradation = {
  random: true,
  maxSide: FOG_MAX_SIDE,
  apply(image: RawImage, severity: Severity, seed: number): RawImage {
    const { thickness, decay } = FOGS[severity];
    const { width, height } = image;
    return withKernels((kernels) => {
      const size = nextPowerOfTwo(Math.max(width, height));
      const map = kernels.makeFog(size, decay, seed, width, height);
      let largest = 0;
      inStrips(kernels, image, ({ pointer, bytes }) => {
        largest = kernels.largestByte(pointer, bytes.length, largest);
      });
      const brightest = largest / 255;
      return changeInStrips(kernels, image, (pixels, firstRow, rows) => {
        for (let row = 0; row < rows; row++) {
          const y = firstRow + row;
          kernels.fogRow(pixels + row * width * 3, width, y, map, thickness, brightest);
        }
      });
    });
  },
};

function nextPowerOfTwo(length: number): number {
  let power = 1;
  while (power < length) power *= 2;
  return power;
}
