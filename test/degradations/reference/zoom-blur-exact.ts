import type { ZoomLayer } from '../../../src/degradations/zoom-sampling.ts';
import type { RawImage } from '../../../src/images/raw-image.ts';
import { BYTE_AS_FLOAT32, truncateToByteFloat32 } from './float32-bytes.ts';

/**
 * One output byte of zoom_blur by the reference's own arithmetic: each layer in double precision, its
 * four products from left to right, rounded to single precision and added in single precision.
 */
export function exactZoomBlurByte(
  { data, width }: RawImage,
  layers: readonly ZoomLayer[],
  x: number,
  y: number,
  channel: number,
): number {
  const original = BYTE_AS_FLOAT32[data[(y * width + x) * 3 + channel]!]!;
  let sum = original;
  for (const { rows, columns } of layers) {
    const row = rows.first[y]! + rows.cropStart;
    const column = columns.first[x]! + columns.cropStart;
    // The last sample of a crop has weight 0 for its successor, so any neighbour does.
    const down = rows.first[y]! + 1 < rows.cropLength ? width * 3 : 0;
    const right = columns.first[x]! + 1 < columns.cropLength ? 3 : 0;
    const i = (row * width + column) * 3 + channel;
    sum = Math.fround(
      sum +
        layerValue(
          [data[i], data[i + right], data[i + down], data[i + down + right]] as Four,
          rows.weight0[y]!,
          rows.weight1[y]!,
          columns.weight0[x]!,
          columns.weight1[x]!,
        ),
    );
  }
  return truncateToByteFloat32(Math.fround(Math.fround(original + sum) / (layers.length + 2)));
}

type Four = [number, number, number, number];

function layerValue(
  [p00, p01, p10, p11]: Four,
  wy0: number,
  wy1: number,
  wx0: number,
  wx1: number,
): number {
  const x00 = BYTE_AS_FLOAT32[p00]!;
  const x01 = BYTE_AS_FLOAT32[p01]!;
  const x10 = BYTE_AS_FLOAT32[p10]!;
  const x11 = BYTE_AS_FLOAT32[p11]!;
  return Math.fround(x00 * wy0 * wx0 + x01 * wy0 * wx1 + x10 * wy1 * wx0 + x11 * wy1 * wx1);
}
