import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { z } from 'zod';

/** Configuration that every data set has. */
export const subsetFields = {
  limit: z
    .number()
    .int()
    .positive()
    .optional()
    .describe('Take this many images, spread over the MOS scale. Rows without a score stay in.'),
  seed: z.number().int().min(0).max(0xffffffff).default(0).describe('Seed of the limit.'),
};

/**
 * A seeded subset that spans the scale: the images in order of their MOS are cut into `limit` strata
 * of equal size, and one is drawn from each. Equal in images, not in MOS: strata of equal width would
 * favour the rare extremes, and a rank correlation over them would promise too much for the whole set.
 *
 * @returns indices into `mos`, ascending; all of them when there are no more than `limit`
 */
export function stratifiedSubset(mos: readonly number[], limit: number, seed: number): number[] {
  if (mos.length <= limit) return mos.map((_, index) => index);
  const order = mos
    .map((value, index) => ({ value, index }))
    .sort((a, b) => a.value - b.value || a.index - b.index);
  const random = xoroshiro128plus(seed);
  const drawn = Array.from({ length: limit }, (_, stratum) => {
    const start = Math.floor((stratum * mos.length) / limit);
    const end = Math.floor(((stratum + 1) * mos.length) / limit);
    return (order[uniformInt(random, start, end - 1)] as { index: number }).index;
  });
  return drawn.sort((a, b) => a - b);
}
