import { nameSome } from '../../common/name-some.ts';

/**
 * `2 images not in the baseline (a.png, b.png)`; none where there are no names.
 *
 * @param row one of them: `image`
 */
export const namedRows = (row: string, names: readonly string[], what: string): string[] =>
  names.length === 0
    ? []
    : [`${names.length} ${names.length === 1 ? row : `${row}s`} ${what} (${nameSome(names)})`];
