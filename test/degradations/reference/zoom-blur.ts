import type { Degradation, Severity } from '../../../src/degradations/degradation.ts';
import {
  type AxisSampling,
  type ZoomLayer,
  zoomLayers,
} from '../../../src/degradations/zoom-sampling.ts';
import type { RawImage } from '../../../src/images/raw-image.ts';
import { exactZoomBlurByte } from './zoom-blur-exact.ts';

/** Unit roundoff of single precision. */
const SINGLE_ROUNDOFF = 2 ** -24;

/**
 * The mean of the image and of ever larger zooms into its centre.
 *
 * The reference mixes single and double precision and truncates, so its bytes hang on the last bits.
 * They are found by plain interpolation in double precision, whose result decides the byte unless it
 * comes so near an integer that the reference's rounding errors could matter; those few (0.04 % of a
 * photograph's bytes) are computed again by `exactZoomBlurByte`.
 */
export const zoomBlur: Degradation = {
  random: false,
  apply(image: RawImage, severity: Severity): RawImage {
    const { data, width, height } = image;
    const layers = zoomLayers(width, height, severity);
    const checkedJudge = errorBound(layers.length + 1);
    const stride = width * 3;
    const output = new Uint8Array(data.length);
    const sum = new Float64Array(stride);
    const scratch = new Float64Array(stride + 3);
    const divisor = layers.length + 2;
    for (let y = 0; y < height; y++) {
      const start = y * stride;
      // The image counts twice: by itself and as the layer of factor 1.
      for (let i = 0; i < stride; i++) sum[i] = 2 * data[start + i]!;
      for (const layer of layers) addLayerRow(sum, image, layer, y, scratch);
      for (let i = 0; i < stride; i++) {
        const level = sum[i]! / divisor;
        const nearest = Math.round(level);
        // Whatever lies in 0..1 is truncated to 0, so 0 itself is no boundary.
        output[start + i] =
          Math.abs(level - nearest) > checkedJudge || nearest === 0
            ? level
            : exactZoomBlurByte(image, layers, Math.floor(i / 3), y, i % 3);
      }
    }
    return { data: output, width, height };
  },
};

/**
 * How far the reference's value, in levels of 0..255, can be from the true one. With n layers of
 * values up to 1 and unit roundoff u: 2u for each layer (its bytes as floats, its own rounding), at
 * most u * k for the k-th partial sum, u * (n + 1) for adding the image; all of that divided by
 * n + 1; then u each for the division and the product with 255. Doubled, for second-order terms.
 */
function errorBound(layerCount: number): number {
  const sums = 2 * layerCount + (layerCount * (layerCount + 1)) / 2 + layerCount + 1;
  return 2 * 255 * SINGLE_ROUNDOFF * (sums / (layerCount + 1) + 2);
}

/** Adds one row of a zoomed copy, in levels of 0..255: interpolated downwards first, then across. */
function addLayerRow(
  sum: Float64Array,
  { data, width }: RawImage,
  { rows, columns }: ZoomLayer,
  y: number,
  scratch: Float64Array,
): void {
  const first = rows.first[y]!;
  const start = ((rows.cropStart + first) * width + columns.cropStart) * 3;
  const down = first + 1 < rows.cropLength ? width * 3 : 0;
  const count = columns.cropLength * 3;
  blendRows(data, start, start + down, count, rows.weight0[y]!, rows.weight1[y]!, scratch);
  // Read with weight 0 beyond the last sample.
  scratch.fill(0, count, count + 3);
  addScaledRow(sum, scratch, columns);
}

function blendRows(
  data: Uint8Array,
  upper: number,
  lower: number,
  count: number,
  weight0: number,
  weight1: number,
  target: Float64Array,
): void {
  for (let i = 0; i < count; i++) {
    target[i] = data[upper + i]! * weight0 + data[lower + i]! * weight1;
  }
}

function addScaledRow(sum: Float64Array, row: Float64Array, columns: AxisSampling): void {
  const { first, weight0, weight1 } = columns;
  for (let x = 0, target = 0; x < first.length; x++, target += 3) {
    const w0 = weight0[x]!;
    const w1 = weight1[x]!;
    const i = 3 * first[x]!;
    sum[target] = sum[target]! + row[i]! * w0 + row[i + 3]! * w1;
    sum[target + 1] = sum[target + 1]! + row[i + 1]! * w0 + row[i + 4]! * w1;
    sum[target + 2] = sum[target + 2]! + row[i + 2]! * w0 + row[i + 5]! * w1;
  }
}
