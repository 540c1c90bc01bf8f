import { ConfigError } from '../../common/config-error.ts';
import { isObject, kindOf, valueAt, valueUnder } from './json-value.ts';
import type { NamedColumn } from './listed-line.ts';

/** How deep arrays are looked for. */
const DEPTH = 6;

/**
 * The images that a JSON value lists, whatever form it has.
 *
 * @param name how errors call the file
 * @param path keys that lead to them
 * @throws ConfigError nothing stands under `path`, nothing lists images, or several arrays do
 */
export function findEntries(
  value: unknown,
  name: string,
  columns: readonly NamedColumn[],
  path: string | undefined,
): unknown[] {
  const found = path === undefined ? value : (valueAt(value, path) ?? valueUnder(value, path));
  if (found === undefined) {
    const keys = isObject(value) ? ` (keys: ${Object.keys(value).slice(0, 20).join(', ')})` : '';
    throw new ConfigError(`${name}: path: nothing stands under "${path}"${keys}`);
  }
  if (Array.isArray(found)) return found;
  if (!isObject(found)) throw new ConfigError(`${name}: ${NO_ARRAY} but ${kindOf(found)}; ${FORM}`);
  return byColumn(found, columns) ?? byName(found, columns) ?? onlyArray(found, name, path);
}

const NO_ARRAY = 'this is no array of objects';
const FORM = 'write [{"image": "a.jpg", "mos": 3.2}, …]';

/** `{"image": ["a.jpg", …], "mos": [3.2, …]}`, and what pandas writes: `{"image": {"0": "a.jpg", …}, …}`. */
function byColumn(
  value: Record<string, unknown>,
  columns: readonly NamedColumn[],
): unknown[] | undefined {
  const asked = columns.map(({ column }) => value[String(column)]);
  const [first] = asked;
  if (typeof first !== 'object' || first === null) return undefined;
  const indices = Object.keys(first);
  const isAlike = (other: unknown) =>
    typeof other === 'object' &&
    other !== null &&
    Array.isArray(other) === Array.isArray(first) &&
    Object.keys(other).join() === indices.join();
  if (!asked.every(isAlike)) return undefined;
  const all = Object.entries(value).filter(([, each]) => isAlike(each));
  return indices.map((index) =>
    Object.fromEntries(all.map(([key, each]) => [key, (each as Record<string, unknown>)[index]])),
  );
}

/** `{"a.jpg": {"mos": 3.2}, …}` or `{"a.jpg": 3.2, …}`: the name is the column `key`, a plain value the column `value`. */
function byName(
  value: Record<string, unknown>,
  columns: readonly NamedColumn[],
): unknown[] | undefined {
  const entries = Object.entries(value);
  const named = entries.map(([key, each]) => ({
    key,
    ...(isObject(each) ? each : { value: each }),
  }));
  const isPlain = (each: unknown) => typeof each === 'number' || typeof each === 'string';
  const isOneForm =
    entries.every(([, each]) => isObject(each)) || entries.every(([, each]) => isPlain(each));
  const hasColumns = columns.every(({ column }) =>
    named.some((each) => valueAt(each, column) !== undefined),
  );
  return isOneForm && hasColumns ? named : undefined;
}

function onlyArray(
  value: Record<string, unknown>,
  name: string,
  path: string | undefined,
): unknown[] {
  const arrays = arraysIn(value, path === undefined ? '' : `${path}.`, DEPTH);
  const [first] = arrays;
  if (first === undefined) {
    const hint = Object.values(value).some((each) => typeof each !== 'object' || isObject(each))
      ? '; where images stand under their names, name the columns key and value'
      : '';
    throw new ConfigError(`${name}: ${NO_ARRAY} but an object without one; ${FORM}${hint}`);
  }
  if (arrays.length > 1) {
    throw new ConfigError(
      `${name}: there are ${arrays.length} arrays (${arrays
        .slice(0, 10)
        .map((each) => each.path)
        .join(', ')}${arrays.length > 10 ? ', …' : ''}); set path to the one that lists the images`,
    );
  }
  return first.items;
}

interface FoundArray {
  path: string;
  items: unknown[];
}

/** Arrays of objects or arrays in objects, not those inside other arrays. */
function arraysIn(value: Record<string, unknown>, prefix: string, depth: number): FoundArray[] {
  return Object.entries(value).flatMap(([key, each]) => {
    if (Array.isArray(each)) {
      const isList = each.some((item) => typeof item === 'object' && item !== null);
      return isList ? [{ path: `${prefix}${key}`, items: each }] : [];
    }
    return isObject(each) && depth > 0 ? arraysIn(each, `${prefix}${key}.`, depth - 1) : [];
  });
}
