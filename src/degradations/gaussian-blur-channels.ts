import type { RawImage } from '../images/raw-image.ts';
import { BYTE_AS_FLOAT64, truncateToByte } from './bytes.ts';
import type { Degradation, Severity } from './degradation.ts';
import { gaussianBlurRows, gaussianKernel } from './gaussian-blur.ts';

/** Standard deviation in pixels. */
const SIGMAS: Record<Severity, number> = { 1: 1, 2: 2, 3: 3, 4: 4, 5: 6 };

/** Blurs each channel by a Gaussian, cut at 4 sigma, edge pixels repeated beyond the border. */
export const gaussianBlur: Degradation = {
  random: false,
  apply({ data, width, height }: RawImage, severity: Severity): RawImage {
    const kernel = gaussianKernel(SIGMAS[severity]);
    const output = new Uint8Array(data.length);
    for (let channel = 0; channel < 3; channel++) {
      let read = channel;
      let written = channel;
      gaussianBlurRows({
        width,
        height,
        kernel,
        readRow(row) {
          for (let x = 0; x < width; x++, read += 3) row[x] = BYTE_AS_FLOAT64[data[read]!]!;
        },
        writeRow(row) {
          for (let x = 0; x < width; x++, written += 3) output[written] = truncateToByte(row[x]!);
        },
      });
    }
    return { data: output, width, height };
  },
};
