/**
 * Groups of columns that are not told apart, as letters: two share a letter exactly where `differ` says no
 * of them (the compact letter display, by insertion and absorption: Piepho, J. Comput. Graph. Stat. 13, 2004).
 *
 * @param count columns, ranked, the best first
 * @param differ whether two of them, by their places, are told apart or could not be compared; symmetric
 * @returns the letters of each, `a` standing with the best column; after `z` come `aa`, `ab`, …
 */
export function letterGroups(
  count: number,
  differ: (first: number, second: number) => boolean,
): string[][] {
  let groups: Set<number>[] = [new Set(Array.from({ length: count }, (_, place) => place))];
  for (let first = 0; first < count; first++) {
    for (let second = first + 1; second < count; second++) {
      if (!differ(first, second)) continue;
      const parted = groups.flatMap((group) =>
        group.has(first) && group.has(second)
          ? [without(group, first), without(group, second)]
          : [group],
      );
      groups = parted.filter(
        (group, index) =>
          !parted.some(
            (other, place) =>
              place !== index &&
              [...group].every((one) => other.has(one)) &&
              // Of equal groups the first stays.
              (group.size < other.size || place < index),
          ),
      );
    }
  }
  const ordered = groups
    .map((group) => [...group].sort((a, b) => a - b))
    .sort((a, b) => a[0]! - b[0]! || (a.at(-1) as number) - (b.at(-1) as number));
  return Array.from({ length: count }, (_, place) =>
    ordered.flatMap((group, number) => (group.includes(place) ? [letterOf(number)] : [])),
  );
}

const without = (group: ReadonlySet<number>, place: number): Set<number> =>
  new Set([...group].filter((other) => other !== place));

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

const letterOf = (number: number): string =>
  number < LETTERS.length
    ? LETTERS[number]!
    : letterOf(Math.floor(number / LETTERS.length) - 1) + LETTERS[number % LETTERS.length];
