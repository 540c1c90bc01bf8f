import type { ColumnName } from './listed-line.ts';

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Text of a cell; empty for what is no text, number or truth value. */
export const textOf = (value: unknown): string =>
  value === undefined || value === null || typeof value === 'object' ? '' : String(value);

/** `an array`, `null`, `a number` */
export function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (value === null) return 'null';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/**
 * What stands under a column: a key, else the keys that lead to it (`meta.mos`), or a place in an
 * array, counted from 1.
 */
export function valueAt(value: unknown, column: ColumnName): unknown {
  if (typeof column === 'number') return Array.isArray(value) ? value[column - 1] : undefined;
  if (isObject(value) && Object.hasOwn(value, column)) return value[column];
  if (Array.isArray(value) && /^[1-9]\d*$/.test(column)) return value[Number(column) - 1];
  return column.includes('.') ? valueUnder(value, column) : undefined;
}

/** What stands under keys with dots between them, in objects or, from 0, in arrays. */
export const valueUnder = (value: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (inner, key) =>
        typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key)
          ? (inner as Record<string, unknown>)[key]
          : undefined,
      value,
    );

/** Objects in which keys are looked for. */
const PROBED = 100;

/** Keys of some objects, those inside others with the keys that lead to them. */
export function knownKeys(values: readonly unknown[]): string[] {
  const probed = values.filter((value) => typeof value === 'object').slice(0, PROBED);
  return [...new Set(probed.flatMap((value) => keysOf(value, '')))];
}

const keysOf = (value: unknown, prefix: string): string[] => {
  if (Array.isArray(value)) return prefix === '' ? value.map((_, index) => String(index + 1)) : [];
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const inside = keysOf(inner, `${prefix}${key}.`);
    return inside.length > 0 ? inside : [`${prefix}${key}`];
  });
};
