import type { RawImage } from '../../images/raw-image.ts';
import type { Degradation, Severity } from '../degradation.ts';
import { FOG_MAX_SIDE, FOGS, nextPowerOfTwo } from '../fog.ts';
import { changeInStrips, inStrips, withKernels } from './kernels.ts';

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
