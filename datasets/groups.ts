import { ConfigError, suggestion } from '../providers/config-error.ts';
import { drawNames } from './subset.ts';

/**
 * The items of the chosen groups, in their order. Items with a problem and without a group stay in:
 * nobody knows that they do not belong.
 *
 * @param groups how many to draw, or the names of those to take
 * @param file what errors name
 * @throws ConfigError no item has a group, or none has one of these names
 */
export function inGroups<Item extends { group?: string; problem?: string }>(
  items: readonly Item[],
  groups: number | readonly string[],
  seed: number,
  file: string,
): Item[] {
  const names = [...new Set(items.flatMap(({ group }) => group ?? []))];
  if (names.length === 0) {
    throw new ConfigError(`${file}: groups: the images of this data set have no groups`);
  }
  if (typeof groups !== 'number') {
    const unknown = groups.find((group) => !names.includes(group));
    if (unknown !== undefined) {
      throw new ConfigError(
        `${file}: groups: there is no group "${unknown}", ${hint(unknown, names)}`,
      );
    }
  }
  const chosen = new Set(typeof groups === 'number' ? drawNames(names, groups, seed) : groups);
  return items.filter(({ group, problem }) =>
    group === undefined ? problem !== undefined : chosen.has(group),
  );
}

/** Names in an error, where there are many. */
const NAMES_SHOWN = 10;

function hint(unknown: string, names: readonly string[]): string {
  const text = suggestion(unknown, names);
  return text.startsWith('did you') || names.length <= NAMES_SHOWN
    ? text
    : `known: ${names.slice(0, NAMES_SHOWN).join(', ')}, … (${names.length})`;
}
