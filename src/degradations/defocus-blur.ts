import type { RawImage } from '../images/raw-image.ts';
import type { Degradation, Severity } from './degradation.ts';
import { type DiskRow, diskKernel } from './disk-kernel.ts';
import { reflect101 } from './reflect-101.ts';

/** Radius of the disk in pixels, and standard deviation of the blur of its rim. */
const DISKS: Record<Severity, { radius: number; rimSigma: number }> = {
  1: { radius: 3, rimSigma: 0.1 },
  2: { radius: 4, rimSigma: 0.5 },
  3: { radius: 6, rimSigma: 0.5 },
  4: { radius: 8, rimSigma: 0.5 },
  5: { radius: 10, rimSigma: 0.5 },
};

/**
 * Averages over a disk, as a lens out of focus does; reflected at the border.
 *
 * Along a row of the kernel the weight changes at few places only, so on running sums of the image's
 * rows it takes a product per change instead of one per pixel.
 */
export const defocusBlur: Degradation = {
  random: false,
  apply(image: RawImage, severity: Severity): RawImage {
    const { width, height, data } = image;
    const { radius, rimSigma } = DISKS[severity];
    const { reach, rows } = diskKernel(radius, rimSigma);
    const columns = Uint32Array.from({ length: width + 2 * reach }, (_, x) =>
      reflect101(x - reach, width),
    );
    const sums = new Float64Array((columns.length + 1) * 3);
    const mean = new Float64Array(width * 3);
    const output = new Uint8Array(data.length);
    for (let y = 0; y < height; y++) {
      mean.fill(0);
      for (const row of rows) {
        const above = reflect101(y - row.distance, height) * width;
        const below = reflect101(y + row.distance, height) * width;
        sumPairs(sums, data, above, below, columns);
        // The middle row is its own pair.
        addKernelRow(mean, sums, row, reach, row.distance === 0 ? 0.5 : 1);
      }
      for (let i = 0, byte = y * width * 3; i < mean.length; i++, byte++)
        output[byte] = Math.min(255, mean[i]!);
    }
    return { data: output, width, height };
  },
};

/** Running sums over `columns` of two image rows together: `sums[3k + c]` is over the first k, channel c. */
function sumPairs(
  sums: Float64Array,
  data: Uint8Array,
  above: number,
  below: number,
  columns: Uint32Array,
): void {
  for (let k = 0, i = 3; k < columns.length; k++) {
    const column = columns[k]!;
    let upper = (above + column) * 3;
    let lower = (below + column) * 3;
    for (let c = 0; c < 3; c++, i++) sums[i] = sums[i - 3]! + data[upper++]! + data[lower++]!;
  }
}

function addKernelRow(
  mean: Float64Array,
  sums: Float64Array,
  { changes }: DiskRow,
  reach: number,
  share: number,
): void {
  for (const { at, drop } of changes) {
    const weight = share * drop;
    const start = (at + reach) * 3;
    for (let i = 0; i < mean.length; i++) mean[i] = mean[i]! + weight * sums[start + i]!;
  }
}
