import { z } from 'zod';
import { seedSchema } from '../../common/seed-schema.ts';
import { jsonFields, listedFields, tableFields } from '../listed-config.ts';

const column = z.union([z.string().min(1), z.int().positive()]);

const votesSchema = z.strictObject({
  first: column.describe('Column with the number of people who prefer the first image.'),
  second: column.describe('Column with the number of people who prefer the second image.'),
  tie: column.optional().describe('Column with the number of people who prefer neither.'),
});

/** Configuration of a list of pairs. */
export const pairsConfigSchema = z
  .strictObject({
    file: listedFields.file,
    root: listedFields.root,
    first: column.describe('Column with the path of the first image, relative to `root`.'),
    second: column.describe('Column with the path of the second image.'),
    share: column
      .optional()
      .describe('Column with the share of people who prefer the first image. This or `votes`.'),
    shareOf: z
      .enum(['first', 'second'])
      .optional()
      .describe('Which image `share` is the share of. Default: `first`.'),
    scale: z
      .tuple([z.number(), z.number()])
      .refine(([none, all]) => none !== all, { error: 'both ends are the same' })
      .optional()
      .describe(
        'What stands in `share` where nobody, and where everybody, prefers that image. Default: `[0, 1]`; percents are `[0, 100]`.',
      ),
    answers: z
      .record(z.string().min(1), z.number().min(0).max(1))
      .optional()
      .describe(
        'Where `share` holds words, the share that each stands for: `{left: 1, right: 0, same: 0.5}`.',
      ),
    votes: votesSchema
      .optional()
      .describe(
        'Columns with numbers of people, from which the share is taken; a tie counts half.',
      ),
    raters: column.optional().describe('Column with the number of people who compared the pair.'),
    ratersEach: z
      .int()
      .positive()
      .optional()
      .describe('The number of people who compared each pair, where no column has it.'),
    group: column
      .optional()
      .describe('Column that tells which pairs belong together, such as those of one photograph.'),
    dataset: listedFields.dataset,
    encoding: listedFields.encoding,
    tags: listedFields.tags,
    limit: z
      .number()
      .int()
      .positive()
      .optional()
      .describe('Take this many pairs, spread over the shares. Pairs without a share come on top.'),
    seed: seedSchema.describe('Seed of `limit`.'),
    allowOutsideRoot: listedFields.allowOutsideRoot,
    ...tableFields,
    path: jsonFields.path,
  })
  .refine(({ share, votes }) => (share === undefined) !== (votes === undefined), {
    path: ['share'],
    error: 'exactly one of share and votes is needed',
  })
  .refine(
    ({ votes, shareOf, scale, answers, raters, ratersEach }) =>
      votes === undefined ||
      [shareOf, scale, answers, raters, ratersEach].every((key) => key === undefined),
    {
      path: ['votes'],
      error: 'with votes, remove shareOf, scale, answers, raters and ratersEach: votes say it all',
    },
  )
  .refine(({ scale, answers }) => scale === undefined || answers === undefined, {
    path: ['scale'],
    error: 'answers say the shares themselves; remove one of the two',
  })
  .refine(({ raters, ratersEach }) => raters === undefined || ratersEach === undefined, {
    path: ['ratersEach'],
    error: 'raters and ratersEach say the same; leave one out',
  });

export type PairsConfig = z.output<typeof pairsConfigSchema>;
