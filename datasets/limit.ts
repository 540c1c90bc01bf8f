import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/**
 * A seeded subset that spans the scale: the images in order of their MOS are cut into `limit` equal
 * strata, and one is drawn from each.
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
