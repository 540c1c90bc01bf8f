import type { RawImage } from '../images/raw-image.ts';
import { changeInStrips, withKernels } from '../wasm/kernels.ts';
import type { Degradation, Severity } from './degradation.ts';

/** HSV saturation becomes `clip(saturation * factor + offset)`. */
const CHANGES: Record<Severity, { factor: number; offset: number }> = {
  1: { factor: 0.3, offset: 0 },
  2: { factor: 0.1, offset: 0 },
  3: { factor: 2, offset: 0 },
  4: { factor: 5, offset: 0.1 },
  5: { factor: 20, offset: 0.2 },
};

/** Changes the saturation in HSV. */

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
