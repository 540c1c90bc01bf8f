/** A pair by its images. */
interface ComparedImages {
  /** What tells an image apart: its hash. */
  first: string;
  second: string;
  /** What the data set says belongs together. */
  group?: string | undefined;
}

/** What is resampled together. */
export interface PairUnits {
  /** Name of each pair's unit. */
  names: string[];
  kind: 'connected sets of pairs' | 'groups of pairs';
}

/**
 * The independent units of pairs. Pairs that share an image are not independent, nor are those of one group; so
 * pairs that are connected by images or groups, directly or by way of other pairs, are one unit.
 *
 * @example
 * const pairs = [['a', 'b'], ['b', 'c'], ['d', 'e']].map(([first, second]) => ({ first, second }));
 * pairUnits(pairs).names; // ['image a', 'image a', 'image d']
 */
export function pairUnits(pairs: readonly ComparedImages[]): PairUnits {
  const parent = new Map<string, string>();
  const root = (name: string): string => {
    let own = name;
    for (let next = parent.get(own); next !== undefined; next = parent.get(own)) own = next;
    return own;
  };
  const join = (a: string, b: string): void => {
    const [least, other] = [root(a), root(b)].sort() as [string, string];
    if (least !== other) parent.set(other, least);
  };
  for (const { first, second, group } of pairs) {
    join(`image ${first}`, `image ${second}`);
    if (group !== undefined) join(`group ${group}`, `image ${first}`);
  }
  return {
    names: pairs.map(({ first }) => root(`image ${first}`)),
    kind: pairs.some(({ group }) => group !== undefined)
      ? 'groups of pairs'
      : 'connected sets of pairs',
  };
}
