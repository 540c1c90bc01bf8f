import { z } from 'zod';
import { seedSchema } from '../common/seed-schema.ts';
import type { AnchorSettings } from './pick-anchors.ts';

/** Images that are drawn from a data set, unless configured. */
const DEFAULT_POOL = 40;

const listedSchema = z.union([
  z.string().min(1),
  z.strictObject({
    image: z.string().min(1).describe('Path or file:// URL.'),
    group: z
      .string()
      .min(1)
      .optional()
      .describe('As `group` of a row: an anchor is never shown beside an image of its group.'),
  }),
]);

/** `anchors` of a prompt file. */
export const anchorsSchema = z
  .strictObject({
    dataset: z
      .strictObject({
        format: z.string().min(1).describe('Name of a file in `datasets/`: `csv`, `koniq-10k`.'),
        config: z
          .record(z.string(), z.unknown())
          .default({})
          .describe('As in the configuration of a data set under `tests`, without `limit`.'),
      })
      .optional()
      .describe('Where the anchors come from.'),
    images: z
      .array(listedSchema)
      .min(1)
      .max(16)
      .optional()
      .describe(
        'Instead of `dataset`, under `condition: pair`: the anchors themselves, whose scores need not be known. Paths are relative to the working directory.',
      ),
    count: z
      .number()
      .int()
      .min(1)
      .max(16)
      .optional()
      .describe('Anchors of one image; needed with `dataset`. Of `images` all are taken.'),
    pick: z
      .enum(['spread', 'nearest', 'middle'])
      .optional()
      .describe(
        '`spread`: evenly over the scores. `nearest`: those that look most like the query image. `middle`: those with scores nearest to the middle of the range, no versions of each other as far as there are. Default: `middle` under `condition: pair`, else `spread`.',
      ),
    seed: seedSchema.describe('Of the draw of the pool and of the order.'),
    pool: z
      .number()
      .int()
      .min(2)
      .max(1000)
      .optional()
      .describe(
        `Images of the data set from which anchors are taken, drawn without a look at their scores. All of them leave the correlation. Default: ${DEFAULT_POOL}.`,
      ),
  })
  .superRefine(({ dataset, images, count, pick, pool }, context) => {
    const refuse = (message: string) => context.addIssue({ code: 'custom', message });
    if ((dataset === undefined) === (images === undefined)) {
      refuse('exactly one of dataset and images is needed');
    }
    if (dataset?.config.limit !== undefined) {
      refuse(
        "dataset.config.limit draws images by their scores, so that an image's own score would decide what is asked about it; remove it and set pool, which is drawn without a look at scores",
      );
    }
    if (dataset && count === undefined) refuse('count is needed: how many anchors of the data set');
    if (images && (count ?? pick ?? pool) !== undefined) {
      refuse('all of images are anchors; remove count, pick and pool');
    }
  })
  .describe(
    'Images that stand before the query image with their known scores, or that it is compared with under `condition: pair`. An anchor is never the query image nor a version of it (same file, same group, nearly the same look).',
  );

/** What a prompt file says of its anchors, with what it leaves out. */
export function anchorSettings(
  { dataset, images, count, pick, pool, seed }: z.output<typeof anchorsSchema>,
  isPair: boolean,
): AnchorSettings {
  if (images) {
    const listed = images.map((each) => (typeof each === 'string' ? { image: each } : each));
    return { images: listed, seed };
  }
  return {
    dataset: dataset!,
    count: count!,
    pick: pick ?? (isPair ? 'middle' : 'spread'),
    pool: pool ?? DEFAULT_POOL,
    seed,
  };
}
