import { midranks } from './midranks.ts';
import type { Statistic } from './statistic.ts';

/** Images of similar scores. */
export interface CalibrationBin {
  /** Their places among all images. */
  members: number[];
  /** Means of the bin. */
  score: number;
  mos: number;
}

export interface Calibration extends Statistic {
  /** By ascending score; equal scores share one. */
  bins: CalibrationBin[];
}

/**
 * Compares scores with MOS bin by bin (a reliability diagram; DeGroot & Fienberg, The Statistician 32, 1983).
 * Bins hold nearly as many images each; equal scores are never parted.
 *
 * @param scores as ranks take them
 * @param expected the MOS that each score claims, on the scale of MOS
 * @param bins at most so many
 * @returns the estimate is the mean distance of a bin's claim from its mean MOS, weighted by its images; bins
 *   stay what they are in resamples. Chance alone makes it larger than 0.
 * @example
 * const claimed = [2, 4, 6, 8];
 * calibrationOf([0.2, 0.4, 0.6, 0.8], claimed, [3, 5, 6, 8], 2).estimate; // 0.5
 */
export function calibrationOf(
  scores: ArrayLike<number>,
  expected: ArrayLike<number>,
  mos: ArrayLike<number>,
  bins: number,
): Calibration {
  const n = scores.length;
  const binOf = midranks(scores).map((rank) =>
    Math.min(bins - 1, Math.floor(((rank - 0.5) / n) * bins)),
  );
  const counts = new Float64Array(bins);
  const distances = new Float64Array(bins);
  const resample = (multiplicities: ArrayLike<number>): number => {
    counts.fill(0);
    distances.fill(0);
    let all = 0;
    for (let i = 0; i < n; i++) {
      const times = multiplicities[i]!;
      const bin = binOf[i]!;
      counts[bin]! += times;
      distances[bin]! += times * (expected[i]! - mos[i]!);
      all += times;
    }
    // Of each bin: its share times the distance of its means.
    return distances.reduce((sum, distance) => sum + Math.abs(distance), 0) / all;
  };
  const members = Map.groupBy(binOf.keys(), (i) => binOf[i]!);
  return {
    estimate: resample(new Uint8Array(n).fill(1)),
    resample,
    bins: [...members]
      .sort(([a], [b]) => a - b)
      .map(([, own]) => ({
        members: own,
        score: own.reduce((sum, i) => sum + scores[i]!, 0) / own.length,
        mos: own.reduce((sum, i) => sum + mos[i]!, 0) / own.length,
      })),
  };
}
