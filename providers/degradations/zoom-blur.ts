import type { RawImage } from '../images/raw-image.ts';
import { BYTE_AS_FLOAT32, truncateToByteFloat32 } from './bytes.ts';
import type { Degradation, Severity } from './degradation.ts';
import { roundHalfToEven } from './round-half-to-even.ts';

/** Zoom factors: from `start` to below `stop`. */
const RANGES: Record<Severity, { start: number; stop: number; step: number }> = {
  1: { start: 1, stop: 1.11, step: 0.01 },
  2: { start: 1, stop: 1.16, step: 0.01 },
  3: { start: 1, stop: 1.21, step: 0.02 },
  4: { start: 1, stop: 1.26, step: 0.02 },
  5: { start: 1, stop: 1.31, step: 0.03 },
};

/**
 * The zoom factors of a severity, as numpy's `arange` gives them: floating-point overshoot makes
 * some lists one longer than they look.
 */
export function zoomFactors(severity: Severity): number[] {
  const { start, stop, step } = RANGES[severity];
  const count = Math.ceil((stop - start) / step);
  const delta = start + step - start;
  return Array.from({ length: count }, (_, i) => start + i * delta);
}

/** How one axis of one layer is sampled: output k reads `first[k]` and its successor. */
interface AxisSampling {
  /** Length of the centre crop that is scaled up, and where it starts. */
  cropLength: number;
  cropStart: number;
  /** Index into the crop of the lower neighbour of each output sample. */
  first: Int32Array;
  /** Weights of the two neighbours; both 0 where the layer itself is 0. */
  weight0: Float64Array;
  weight1: Float64Array;
}

/**
 * Centre crop and linear up-scaling of one axis with aligned corners. A coordinate that rounding
 * puts beyond the crop makes the whole row or column 0, as in the reference (scipy's constant border).
 */
function sampleAxis(length: number, factor: number): AxisSampling {
  const cropLength = Math.ceil(length / factor);
  const cropStart = Math.floor((length - cropLength) / 2);
  const scaledLength = roundHalfToEven(cropLength * factor);
  const ratio = (cropLength - 1) / (scaledLength - 1);
  const first = new Int32Array(length);
  const weight0 = new Float64Array(length);
  const weight1 = new Float64Array(length);
  for (let k = 0; k < length; k++) {
    const t = k * ratio;
    if (t > cropLength - 1) continue;
    const s = Math.floor(t);
    first[k] = s;
    weight0[k] = 1 - (t - s);
    weight1[k] = 1 - (weight0[k] as number);
  }
  return { cropLength, cropStart, first, weight0, weight1 };
}

interface Layer {
  rows: AxisSampling;
  /** Columns, with `first` as an offset in interleaved values. */
  columns: AxisSampling;
}

/** The mean of the image and of ever larger zooms into its centre. */
export const zoomBlur: Degradation = {
  random: false,
  apply({ data, width, height }: RawImage, severity: Severity): RawImage {
    const factors = zoomFactors(severity);
    const layers = factors.slice(1).map((factor): Layer => {
      const columns = sampleAxis(width, factor);
      return {
        rows: sampleAxis(height, factor),
        columns: { ...columns, first: columns.first.map((s) => 3 * s) },
      };
    });
    const stride = width * 3;
    const output = new Uint8Array(data.length);
    const sum = new Float32Array(stride);
    // The row neighbours times their weights; a value more, read with weight 0 at the right end.
    const upper = new Float64Array(stride + 3);
    const lower = new Float64Array(stride + 3);
    const divisor = factors.length + 1;
    for (let y = 0; y < height; y++) {
      const start = y * stride;
      // Factor 1 is the image itself.
      for (let i = 0; i < stride; i++)
        sum[i] = BYTE_AS_FLOAT32[data[start + i] as number] as number;
      for (const { rows, columns } of layers) {
        const weight0 = rows.weight0[y] as number;
        const weight1 = rows.weight1[y] as number;
        if (weight0 === 0 && weight1 === 0) continue;
        const s = rows.first[y] as number;
        const next = s + 1 < rows.cropLength ? s + 1 : s;
        const cropOffset = 3 * columns.cropStart;
        const values = 3 * columns.cropLength;
        scaleRow(data, (rows.cropStart + s) * stride + cropOffset, values, weight0, upper);
        scaleRow(data, (rows.cropStart + next) * stride + cropOffset, values, weight1, lower);
        addLayerRow(sum, upper, lower, columns, width);
      }
      for (let i = 0; i < stride; i++) {
        const x = BYTE_AS_FLOAT32[data[start + i] as number] as number;
        const mean = Math.fround(Math.fround(x + (sum[i] as number)) / divisor);
        output[start + i] = truncateToByteFloat32(mean);
      }
    }
    return { data: output, width, height };
  },
};

const scaled = new Float64Array(256);

/** `target[i] = X[i] * weight` over one row of the crop, through a table of the 256 products. */
function scaleRow(
  data: Uint8Array,
  start: number,
  count: number,
  weight: number,
  target: Float64Array,
): void {
  for (let p = 0; p < 256; p++) scaled[p] = (BYTE_AS_FLOAT32[p] as number) * weight;
  for (let i = 0; i < count; i++) target[i] = scaled[data[start + i] as number] as number;
  target.fill(0, count, count + 3);
}

/** Adds a layer's row: four products, left to right in double precision, rounded once. */
function addLayerRow(
  sum: Float32Array,
  upper: Float64Array,
  lower: Float64Array,
  { first, weight0, weight1 }: AxisSampling,
  width: number,
): void {
  let target = 0;
  for (let x = 0; x < width; x++) {
    const w0 = weight0[x] as number;
    const w1 = weight1[x] as number;
    const i = first[x] as number;
    for (let c = 0; c < 3; c++) {
      const left = i + c;
      const right = left + 3;
      const value =
        (upper[left] as number) * w0 +
        (upper[right] as number) * w1 +
        (lower[left] as number) * w0 +
        (lower[right] as number) * w1;
      sum[target] = (sum[target] as number) + Math.fround(value);
      target++;
    }
  }
}
