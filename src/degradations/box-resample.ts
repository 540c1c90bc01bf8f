import type { RawImage } from '../images/raw-image.ts';

/** Bits of a weight behind the binary point. */
const PRECISION_BITS = 22;

/** The pixels that one output pixel is the mean of, along one axis. */
interface Window {
  first: number;
  count: number;
  /** What each of them counts, times 2^22. */
  weight: number;
}

/**
 * Shrinks by block means with the fixed-point arithmetic of Pillow's `resize(size, BOX)`: rows first,
 * then columns, each pass rounded to whole levels. Blocks hold whole pixels, so that at odd ratios they
 * differ in size.
 *
 * @param columns at most the image's width
 * @param rows at most its height
 */
export function shrinkByBoxes(image: RawImage, columns: number, rows: number): RawImage {
  return alongColumns(alongRows(image, columns), rows);
}

function alongRows({ data, width, height }: RawImage, columns: number): RawImage {
  const windows = windowsOf(width, columns);
  const output = new Uint8Array(columns * height * 3);
  let written = 0;
  for (let y = 0; y < height; y++) {
    for (const window of windows) {
      const first = (y * width + window.first) * 3;
      for (let c = 0; c < 3; c++) output[written++] = meanOf(data, first + c, 3, window);
    }
  }
  return { data: output, width: columns, height };
}

function alongColumns({ data, width, height }: RawImage, rows: number): RawImage {
  const stride = width * 3;
  const output = new Uint8Array(rows * stride);
  let written = 0;
  for (const window of windowsOf(height, rows)) {
    for (let i = 0; i < stride; i++)
      output[written++] = meanOf(data, window.first * stride + i, stride, window);
  }
  return { data: output, width, height: rows };
}

function meanOf(data: Uint8Array, from: number, step: number, { count, weight }: Window): number {
  let sum = 2 ** (PRECISION_BITS - 1);
  for (let i = 0, at = from; i < count; i++, at += step) sum += data[at]! * weight;
  return Math.min(255, sum >> PRECISION_BITS);
}

function windowsOf(length: number, parts: number): Window[] {
  const scale = length / parts;
  return Array.from({ length: parts }, (_, part) => {
    const centre = (part + 0.5) * scale;
    const from = Math.max(0, Math.trunc(centre - scale / 2 + 0.5));
    const to = Math.min(length, Math.trunc(centre + scale / 2 + 0.5));
    const inside = Array.from({ length: to - from }, (_, i) => from + i).filter((pixel) => {
      const distance = (pixel - centre + 0.5) * (1 / scale);
      return distance > -0.5 && distance <= 0.5;
    });
    const count = inside.length;
    return {
      first: inside[0]!,
      count,
      weight: Math.trunc(0.5 + (1 / count) * 2 ** PRECISION_BITS),
    };
  });
}
