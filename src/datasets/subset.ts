import { createHash } from 'node:crypto';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { z } from 'zod';
import { seedSchema } from '../common/seed-schema.ts';

/** Configuration that every data set has. */
export const subsetFields = {
  groups: z
    .union([z.number().int().positive(), z.array(z.string().min(1)).min(1)])
    .optional()
    .describe(
      'Take whole groups, such as all versions of a photograph: a number of them, drawn by `seed`, or those of these names.',
    ),
  limit: z
    .number()
    .int()
    .positive()
    .optional()
    .describe(
      'Take this many images, after `groups`: spread over the MOS scale, with rows whose score cannot be read on top; where nobody rated the images, spread over the list.',
    ),
  seed: seedSchema.describe('Seed of `limit` and of a number of `groups`.'),
};

/** What `subsetFields` parse to. */
export interface Subset {
  groups?: number | string[] | undefined;
  limit?: number | undefined;
  seed: number;
}

/** Hashed, because xoroshiro128+ begins almost alike for seeds like 1, 2, 3. */
const generator = (seed: number) =>
  xoroshiro128plus(createHash('sha256').update(String(seed)).digest().readUInt32LE());

/**
 * A seeded subset over the whole scale: the images in order of their MOS are cut into `limit` strata
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
  const random = generator(seed);
  const drawn = Array.from({ length: limit }, (_, stratum) => {
    const start = Math.floor((stratum * mos.length) / limit);
    const end = Math.floor(((stratum + 1) * mos.length) / limit);
    return (order[uniformInt(random, start, end - 1)] as { index: number }).index;
  });
  return drawn.sort((a, b) => a - b);
}

/** `count` of these names, drawn without replacement: each subset of that size is as likely as any other. */
export function drawNames(names: readonly string[], count: number, seed: number): string[] {
  const pool = [...names];
  const random = generator(seed);
  return Array.from({ length: Math.min(count, pool.length) }, () => {
    const [drawn] = pool.splice(uniformInt(random, 0, pool.length - 1), 1);
    return drawn as string;
  });
}
