import type { RawImage } from '../../images/raw-image.ts';
import type { Degradation, Severity } from '../degradation.ts';
import { CHANGES } from '../saturate.ts';
import { changeInStrips, withKernels } from './kernels.ts';

export const saturate: Degradation = {
  random: false,
  apply(image: RawImage, severity: Severity): RawImage {
    const { factor, offset } = CHANGES[severity];
    return withKernels((kernels) =>
      changeInStrips(kernels, image, (pixels, _, rows) => {
        kernels.saturate(pixels, rows * image.width, factor, offset);
      }),
    );
  },
};
