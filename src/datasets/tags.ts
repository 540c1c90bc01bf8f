import { z } from 'zod';
import { ConfigError } from '../common/config-error.ts';
import type { ColumnName, ListedLine } from './files/listed-line.ts';

/** Keys of a row's metadata that say other things than what the image shows. */
const RESERVED = /^(problem|truth|direction|dataset|group|iqa[A-Z].*|_.*)$/;

export const tagsField = z
  .array(z.union([z.string().min(1), z.int().positive()]))
  .min(1)
  .optional()
  .describe(
    "Columns that say what an image shows or how it was made, such as `scene` or `generator`: the report's content-bias table has a part for each.",
  );

/** How a row's metadata calls the tag of a column. */
const tagName = (column: ColumnName): string =>
  typeof column === 'number' ? `column ${column}` : column;

/** @throws ConfigError rows use the name of a column for something else */
export function refuseReserved(tags: readonly ColumnName[], file: string): void {
  const reserved = tags.find((column) => RESERVED.test(tagName(column)));
  if (reserved === undefined) return;
  throw new ConfigError(
    `${file}: tags: "${reserved}" is what rows call something else; rename the column`,
  );
}

/** A line's tags, as its row's metadata has them; empty cells are none. */
export const tagsOf = (line: ListedLine, tags: readonly ColumnName[]): Record<string, string> =>
  Object.fromEntries(
    tags.map((column) => [tagName(column), line.cell(column)]).filter(([, text]) => text !== ''),
  );
