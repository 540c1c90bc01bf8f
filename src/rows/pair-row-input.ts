import { z } from 'zod';
import { UNNAMED_DATASET } from '../harness/row-place.ts';
import { imageName } from '../images/image-name.ts';
import type { RowSource } from './row-input.ts';

/** A pair row as its data set gives it. */
export interface PairRowInput {
  first: string;
  second: string;
  /** Share of people who prefer the first image, 0..1. */
  share: number;
  /** People who were asked. */
  raters?: number;
  dataset: string;
  group?: string;
}

const varsSchema = z.object({
  first: z.string().min(1),
  second: z.string().min(1),
  share: z.coerce.number().min(0).max(1),
  raters: z.coerce.number().positive().optional(),
  dataset: z.string().min(1).default(UNNAMED_DATASET),
  group: z.union([z.string(), z.number()]).nullish(),
});

/**
 * Reads a pair row's vars.
 *
 * @throws Error one line that names the row and the field
 */
export function readPairRow({ vars, problem }: RowSource): PairRowInput {
  if (problem) throw new Error(problem);
  // What is empty would be the number 0.
  const given = vars.share === '' || vars.share === null ? { ...vars, share: undefined } : vars;
  const parsed = varsSchema.safeParse(given);
  if (!parsed.success) {
    const field = String(parsed.error.issues[0]?.path[0]);
    throw new Error(
      `pair ${pairName(vars)}: vars.${field} is ${JSON.stringify(vars[field]) ?? 'missing'}; ${REMEDIES[field] ?? 'give a text'}`,
    );
  }
  const { group, raters, ...row } = parsed.data;
  return {
    ...row,
    ...(raters !== undefined && { raters }),
    ...(group != null && { group: String(group) }),
  };
}

const REMEDIES: Readonly<Record<string, string>> = {
  first: 'give the path of an image file',
  second: 'give the path of an image file',
  share: 'give the share of people who prefer the first image, from 0 to 1',
  raters: 'give the number of people who were asked, or leave it out',
};

/** Both images in full, which tells pairs apart; long names that are shown are shortened, and may be equal then. */
export const pairKey = ({ first, second }: Record<string, unknown>): string =>
  `${String(first)} | ${String(second)}`;

/** As `pairKey`, where a pair turned round is the same pair. */
export const unorderedPairKey = ({ first, second }: Record<string, unknown>): string => {
  const [one, other] = [String(first), String(second)].sort();
  return pairKey({ first: one, second: other });
};

/** `a.png | b.png` */
export const pairName = ({ first, second }: Record<string, unknown>): string =>
  [first, second].map((image) => imageName(String(image))).join(' | ');
