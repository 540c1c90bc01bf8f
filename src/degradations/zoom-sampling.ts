import type { Severity } from './degradation.ts';
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

/** How one axis of a layer is sampled: output k is `weight0[k] * X[first[k]] + weight1[k] * X[first[k] + 1]`. */
export interface AxisSampling {
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
export function sampleAxis(length: number, factor: number): AxisSampling {
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
    weight1[k] = 1 - weight0[k]!;
  }
  return { cropLength, cropStart, first, weight0, weight1 };
}

/** One zoomed copy of the image. */
export interface ZoomLayer {
  rows: AxisSampling;
  columns: AxisSampling;
}

/** The zoomed copies of an image at one severity, without factor 1, which is the image itself. */
export const zoomLayers = (width: number, height: number, severity: Severity): ZoomLayer[] =>
  zoomFactors(severity)
    .slice(1)
    .map((factor) => ({ rows: sampleAxis(height, factor), columns: sampleAxis(width, factor) }));
