import { ConfigError, suggestion } from '../../common/config-error.ts';
import { shortened } from '../score-text.ts';

/** A column by its name in the header, or by its number, counted from 1. */
export type ColumnName = string | number;

/** What one line of a list of images says, whatever the list's format. */
export interface ListedLine {
  /** Where it stands in the list, as errors name it: `line 3`, `entry 3`. Counted from 1. */
  place: string;
  /** The text under a column, trimmed; empty where nothing stands there. */
  cell(column: ColumnName): string;
  /** Absolute path of the image, where the list itself held it. */
  file?: string;
  /** What else its row should say. */
  metadata?: Readonly<Record<string, string>>;
  /** Why the line cannot be read, in words. */
  problem?: string;
}

/** A column that is read, and the configuration's key that names it where one does. */
export interface NamedColumn {
  column: ColumnName;
  key?: string;
  /**
   * Whether its cells are numbers, which may have decimal commas, although it is not the column of the score;
   * `counts` are numbers of people.
   */
  holdsNumbers?: boolean | 'counts';
}

/** Columns that an error lists. */
const COLUMNS_LISTED = 30;

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
  const asked = `${typeof column === 'number' ? column : `"${column}"`}${key === undefined ? '' : ` (config: ${key})`}`;
  const count =
    typeof column === 'number'
      ? Number(column <= names.length)
      : names.filter((name) => name === column).length;
  if (count === 1) return;
  const named = names.filter((name) => name !== '').map(shortened);
  const listed = `columns: ${named.slice(0, COLUMNS_LISTED).join(', ')}${named.length > COLUMNS_LISTED ? `, … (${named.length})` : ''}`;
  throw new ConfigError(
    count > 1
      ? `${file}: ${count} columns are called ${asked}; rename the others`
      : `${file}: there is no column ${asked}, ${hint ?? suggestion(String(column), named.slice(0, COLUMNS_LISTED))} (${listed})`,
  );
}

/** Place of a column among the names of a table, from 0; -1 where there is none of that name. */
export const placeOf = (column: ColumnName, names: readonly string[]): number =>
  typeof column === 'number' ? column - 1 : names.indexOf(column);
