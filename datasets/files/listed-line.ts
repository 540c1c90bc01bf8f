import { ConfigError, suggestion } from '../../providers/config-error.ts';

/** What one line of a list of images says, whatever the list's format. */
export interface ListedLine {
  /** Where it stands in the list, as errors name it: `line 3`, `entry 3`. Counted from 1. */
  place: string;
  /** The text under a column, trimmed; empty where nothing stands there. */
  cell(column: string): string;
  /** Why the line cannot be read, in words. */
  problem?: string;
}

/** A column that is read, and the configuration's key that names it where one does. */
export interface NamedColumn {
  column: string;
  key?: string;
}

/**
 * @param names the columns that the list has
 * @param hint what to say in place of the nearest name
 * @throws ConfigError the column is not there, or there twice
 */
export function requireColumn(
  names: readonly string[],
  { column, key }: NamedColumn,
  file: string,
  hint?: string,
): void {
  const count = names.filter((name) => name === column).length;
  if (count === 1) return;
  const asked = key === undefined ? `"${column}"` : `"${column}" (config: ${key})`;
  const named = names.filter((name) => name !== '');
  throw new ConfigError(
    count > 1
      ? `${file}: ${count} columns are called ${asked}; rename the others`
      : `${file}: there is no column ${asked}, ${hint ?? suggestion(column, named)} (columns: ${named.join(', ')})`,
  );
}
