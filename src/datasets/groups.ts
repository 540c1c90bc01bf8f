import { ConfigError, suggestion } from '../common/config-error.ts';
import { displayPath } from './image-path.ts';
import { drawNames } from './subset.ts';

/** Images that an error names. */
const IMAGES_NAMED = 3;

/**
 * The images of the chosen groups, in their order. Those with a problem and without a group stay in:
 * nobody knows that they do not belong. Others without a group belong to none that is named; where
 * groups are drawn they are refused, because no draw could take them.
 *
 * @param groups how many to draw, or the names of those to take
 * @param file what errors name
 * @throws ConfigError no image has a group, none has one of these names, or some have none
 */
export function inGroups<Image extends { path: string; group?: string; problem?: string }>(
  images: readonly Image[],
  groups: number | readonly string[],
  seed: number,
  file: string,
): Image[] {
  const names = [...new Set(images.flatMap(({ group }) => group ?? []))];
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
  if (typeof groups === 'number') refuseUngrouped(images, file);
  const chosen = new Set(typeof groups === 'number' ? drawNames(names, groups, seed) : groups);
  return images.filter(({ group, problem }) =>
    group === undefined ? problem !== undefined : chosen.has(group),
  );
}

function refuseUngrouped(
  images: readonly { path: string; group?: string; problem?: string }[],
  file: string,
): void {
  const without = images.filter(({ group, problem }) => group === undefined && !problem);
  if (without.length === 0) return;
  const named = without.slice(0, IMAGES_NAMED).map(({ path }) => displayPath(path));
  throw new ConfigError(
    `${file}: groups: ${without.length} of ${images.length} images ${without.length === 1 ? 'has' : 'have'} no group (${named.join(', ')}${without.length > IMAGES_NAMED ? ', …' : ''}), so whole groups cannot be drawn; give each image its group, or list the names of the groups to take`,
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
