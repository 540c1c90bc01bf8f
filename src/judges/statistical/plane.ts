import { areaAverage } from './area-average.ts';

/** One sample a pixel, row-major. */
export interface Plane {
  data: Float32Array;
  width: number;
  height: number;
}

/** Means over blocks of about `blockSize` x `blockSize` samples (a little larger where the sides are no multiples of it). */
export function blockMeans({ data, width, height }: Plane, blockSize: number): Float64Array {
  const columns = Math.max(1, Math.floor(width / blockSize));
  const rows = Math.max(1, Math.floor(height / blockSize));
  return areaAverage(data, { width, height, channels: 1 }, { columns, rows });
}
