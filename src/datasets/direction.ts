import { z } from 'zod';
import type { ColumnName } from './files/listed-line.ts';
import { describeColumn } from './score-text.ts';

export type Direction = 'higher' | 'lower';

export const directionField = z
  .enum(['higher', 'lower'])
  .optional()
  .describe(
    'Which scores of the file are the better ones. Default: `higher`. `lower` turns the sign: `mos` is minus the score.',
  );

/** Columns that are called so hold differential scores mostly, of which lower are better. */
const DIFFERENTIAL = /dmos|(^|[^a-z])d[-_ ]mos|differen(ce|tial)/i;

/** Measures that are distances or errors, as programs call their columns. */
const DISTANCE =
  /(^|[^a-z])((il)?niqe|brisque|piqe|(st)?lpips|dists|fid|gmsd|pieapp|deepdc|rmse|mse)([^a-z]|$)/i;

/** A score in the direction of a MOS; what is no number stays as it is. */
export const inMosDirection = (score: number | string, direction: Direction | undefined) =>
  direction === 'lower' && typeof score === 'number' ? 0 - score : score;

/** What a row says of its score, where it is not the file's. */
export const describeTurned = (column: ColumnName): string =>
  `mos is minus ${describeColumn(column)}: in the file lower is better`;

/** What has to be asked about a column whose direction the configuration leaves open; undefined for most. */
export function directionQuestion(
  column: ColumnName,
  direction: Direction | undefined,
): string | undefined {
  const name = String(column);
  const example = DIFFERENTIAL.test(name) ? 'most DMOS' : DISTANCE.exec(name)?.[2]?.toUpperCase();
  if (direction !== undefined || example === undefined) return undefined;
  return `${describeColumn(column)} is taken as higher is better; where lower scores are the better ones, as in ${example}, set direction: lower, else direction: higher`;
}
