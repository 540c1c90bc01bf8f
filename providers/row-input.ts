import { z } from 'zod';

/** An image row as the data set gives it. */
export interface RowInput {
  image: string;
  mos: number;
  dataset: string;
  group?: string;
}

/** Data set of rows that name none: tests written by hand in the configuration. */
export const UNNAMED_DATASET = 'images';

const varsSchema = z.object({
  image: z.string().min(1),
  mos: z.union([z.number(), z.string()]).nullish(),
  dataset: z.string().min(1).default(UNNAMED_DATASET),
  group: z.union([z.string(), z.number()]).nullish(),
});

/**
 * Reads a row's vars.
 *
 * @param problem what the data set's loader found wrong with the row
 * @throws Error one line that names the row and the field
 */
export function readRowInput(vars: Record<string, unknown>, problem?: string): RowInput {
  if (problem) throw new Error(problem);
  const parsed = varsSchema.safeParse(vars);
  if (!parsed.success) {
    const field = String(parsed.error.issues[0]?.path[0] ?? 'image');
    throw new Error(
      `row ${describeVars(vars)}: vars.${field} is ${JSON.stringify(vars[field]) ?? 'missing'}; ${field === 'image' ? 'give the path of an image file' : 'give a text'}`,
    );
  }
  const { image, mos, dataset, group } = parsed.data;
  const score = typeof mos === 'string' && mos.trim() !== '' ? Number(mos) : mos;
  if (typeof score !== 'number' || !Number.isFinite(score)) {
    throw new Error(
      `row ${describeVars(vars)}: vars.mos is ${JSON.stringify(mos) ?? 'missing'}; give the image's mean opinion score as a number`,
    );
  }
  return { image, mos: score, dataset, ...(group != null && { group: String(group) }) };
}

function describeVars(vars: Record<string, unknown>): string {
  const text = typeof vars.image === 'string' ? vars.image : JSON.stringify(vars);
  return `"${text.length > 80 ? `${text.slice(0, 77)}…` : text}"`;
}
