import { exactExp } from './exact-exp.ts';
import { pairwiseSum } from './pairwise-sum.ts';

/**
 * One half of a Gaussian kernel, cut at 4 sigma and divided by the sum of the whole: weights of the
 * distances 0, 1, ... in pixels.
 */
export function gaussianKernel(sigma: number): Float64Array {
  const radius = Math.floor(4 * sigma + 0.5);
  const whole = Float64Array.from({ length: 2 * radius + 1 }, (_, i) =>
    exactExp((-0.5 / (sigma * sigma)) * (i - radius) ** 2),
  );
  const sum = pairwiseSum(whole);
  return whole.subarray(radius).map((weight) => weight / sum);
}

interface BlurRequest {
  width: number;
  height: number;
  kernel: Float64Array;
  /** Fills a row of the source; called once per row, downwards. */
  readRow(row: Float64Array): void;
  /** Takes a row of the result, downwards; the buffer is used again. */
  writeRow(row: Float64Array): void;
}

/**
 * Separable Gaussian blur, vertical pass first, edge pixels repeated beyond the border. It streams:
 * only as many rows as the kernel is high are kept.
 */
export function gaussianBlurRows({ width, height, kernel, readRow, writeRow }: BlurRequest): void {
  const radius = kernel.length - 1;
  const rows = Array.from({ length: 2 * radius + 1 }, () => new Float64Array(width));
  const rowAt = (y: number) => rows[Math.min(height - 1, Math.max(0, y)) % rows.length]!;
  const padded = new Float64Array(width + 2 * radius);
  const vertical = new Float64Array(width);
  const horizontal = new Float64Array(width);
  let read = 0;
  for (let y = 0; y < height; y++) {
    for (; read <= y + radius && read < height; read++) readRow(rowAt(read));
    scaleInto(vertical, rowAt(y), kernel[0]!);
    // The reference adds from the far ends inwards.
    for (let j = radius; j >= 1; j--) addPair(vertical, rowAt(y - j), rowAt(y + j), kernel[j]!);
    pad(padded, vertical, radius);
    scaleInto(horizontal, vertical, kernel[0]!);
    for (let j = radius; j >= 1; j--)
      addShiftedPair(horizontal, padded, radius - j, radius + j, kernel[j]!);
    writeRow(horizontal);
  }
}

function scaleInto(target: Float64Array, source: Float64Array, weight: number): void {
  for (let x = 0; x < target.length; x++) target[x] = source[x]! * weight;
}

function addPair(target: Float64Array, a: Float64Array, b: Float64Array, weight: number): void {
  for (let x = 0; x < target.length; x++) {
    target[x] = target[x]! + (a[x]! + b[x]!) * weight;
  }
}

function addShiftedPair(
  target: Float64Array,
  source: Float64Array,
  left: number,
  right: number,
  weight: number,
): void {
  for (let x = 0; x < target.length; x++) {
    target[x] = target[x]! + (source[x + left]! + source[x + right]!) * weight;
  }
}

function pad(padded: Float64Array, row: Float64Array, radius: number): void {
  padded.fill(row[0]!, 0, radius);
  padded.set(row, radius);
  padded.fill(row[row.length - 1]!, radius + row.length);
}
