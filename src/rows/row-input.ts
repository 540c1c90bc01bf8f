import { z } from 'zod';
import { UNNAMED_DATASET } from '../harness/row-place.ts';
import { imageName } from '../images/image-name.ts';

/** An image row as the data set gives it. */
export interface RowInput {
  image: string;
  /** Undefined in a data set without scores. */
  mos?: number;
  dataset: string;
  group?: string;
}

/** A row's vars and what its data set's loader says of it. */
export interface RowSource {
  vars: Record<string, unknown>;
  /** Whether a loader has found the vars, so that no text in them is a template. */
  isLiteral?: boolean | undefined;
  /** What is wrong with the row, in one line. */
  problem?: string | undefined;
  /** Whether the data set declares that it has no scores; a row without MOS is an error elsewhere. */
  unscored?: boolean;
}

const varsSchema = z.object({
  image: z.string().min(1),
  mos: z.union([z.number(), z.string()]).nullish(),
  dataset: z.string().min(1).default(UNNAMED_DATASET),
  group: z.union([z.string(), z.number()]).nullish(),
});

/**
 * Reads a row's vars.
 *
 * @throws Error one line that names the row and the field
 */
export function readRowInput({ vars, problem, unscored = false }: RowSource): RowInput {
  if (problem) throw new Error(problem);
  const parsed = varsSchema.safeParse(vars);
  if (!parsed.success) {
    const field = String(parsed.error.issues[0]?.path[0] ?? 'image');
    throw new Error(
      `row ${describeVars(vars)}: vars.${field} is ${JSON.stringify(vars[field]) ?? 'missing'}; ${field === 'image' ? 'give the path of an image file' : 'give a text'}`,
    );
  }
  const { image, mos, dataset, group } = parsed.data;
  const rest = { image, dataset, ...(group != null && { group: String(group) }) };
  if (unscored && mos == null) return rest;
  const score = typeof mos === 'string' && mos.trim() !== '' ? Number(mos) : mos;
  if (typeof score !== 'number' || !Number.isFinite(score)) {
    throw new Error(
      `row ${describeVars(vars)}: vars.mos is ${JSON.stringify(mos) ?? 'missing'}; give the image's mean opinion score as a number, or list images without scores by datasets/folder.ts`,
    );
  }
  return { ...rest, mos: score };
}

function describeVars(vars: Record<string, unknown>): string {
  const text = typeof vars.image === 'string' ? imageName(vars.image) : JSON.stringify(vars);
  return `"${text.length > 80 ? `${text.slice(0, 77)}…` : text}"`;
}
