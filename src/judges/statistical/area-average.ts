interface Grid {
  columns: number;
  rows: number;
}

interface Size {
  width: number;
  height: number;
  channels: number;
}

/**
 * Means over a grid of `columns` x `rows` equal cells that cover the whole image; a pixel cut by a
 * cell border counts in both cells by its share. No pixel at the edge is dropped, so mirroring the
 * image mirrors the result.
 *
 * @param data row-major samples, `channels` interleaved
 * @param grid at least one cell, at most one a pixel, in each direction
 * @returns `columns * rows * channels` means, row-major, channels interleaved
 */
export function areaAverage(
  data: Uint8Array | Float32Array,
  { width, height, channels }: Size,
  { columns, rows }: Grid,
): Float64Array {
  const across = cells(width, columns);
  const down = cells(height, rows);
  const rowLength = columns * channels;
  const sums = new Float64Array(rowLength * rows);
  const rowSums = new Float64Array(rowLength);
  for (let row = 0; row < rows; row++) {
    const { first, last, firstShare, lastShare } = down[row]!;
    for (let y = first; y <= last; y++) {
      const share = y === first ? firstShare : y === last ? lastShare : 1;
      if (share === 0) continue;
      sumAcross(data, y * width * channels, channels, across, rowSums);
      const target = row * rowLength;
      for (let i = 0; i < rowLength; i++) {
        sums[target + i] = sums[target + i]! + share * rowSums[i]!;
      }
    }
  }
  const cellArea = (width / columns) * (height / rows);
  return sums.map((sum) => sum / cellArea);
}

function sumAcross(
  data: Uint8Array | Float32Array,
  start: number,
  channels: number,
  across: readonly Cell[],
  sums: Float64Array,
): void {
  for (let channel = 0; channel < channels; channel++) {
    const origin = start + channel;
    let target = channel;
    for (const { first, last, firstShare, lastShare } of across) {
      let sum = firstShare * data[origin + first * channels]!;
      const end = origin + last * channels;
      for (let i = origin + (first + 1) * channels; i < end; i += channels) {
        sum += data[i]!;
      }
      if (last > first && lastShare > 0) sum += lastShare * data[end]!;
      sums[target] = sum;
      target += channels;
    }
  }
}

/** Samples `first` to `last` lie in the cell, those two with their shares (0..1), the others fully. */
interface Cell {
  first: number;
  last: number;
  firstShare: number;
  lastShare: number;
}

function cells(samples: number, count: number): Cell[] {
  return Array.from({ length: count }, (_, cell) => {
    const start = (cell * samples) / count;
    const end = ((cell + 1) * samples) / count;
    const first = Math.floor(start);
    const last = Math.min(samples - 1, Math.floor(end));
    return {
      first,
      last,
      firstShare: Math.min(first + 1, end) - start,
      lastShare: last > first ? Math.min(1, end - last) : 0,
    };
  });
}
