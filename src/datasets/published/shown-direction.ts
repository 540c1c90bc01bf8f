/** An image of a list: its file's name without folders, and its score. */
export interface ScoredName {
  name: string;
  score: number;
}

export type Direction = 'higher' | 'lower';

/** Of fewer comparisons nothing is said. */
const FEWEST = 20;

/** Share of comparisons that have to agree: single images may be rated the other way round. */
const CLEAR = 0.7;

/**
 * The better direction of scores, from images of one series of which one is known to be better.
 *
 * @param pairs scores of the better and of the worse image
 * @returns undefined where there are few or they do not agree
 */
export function shownBy(
  pairs: readonly (readonly [better: number, worse: number])[],
): Direction | undefined {
  const decided = pairs.filter(([better, worse]) => better !== worse);
  if (decided.length < FEWEST) return undefined;
  const higher = decided.filter(([better, worse]) => better > worse).length / decided.length;
  if (higher >= CLEAR) return 'higher';
  return higher <= 1 - CLEAR ? 'lower' : undefined;
}

/**
 * What the levels of distortion show, which file names hold: of two versions of a photograph with one
 * kind of distortion, the one with less of it is better.
 *
 * @param name has the groups `series` and `level`
 */
export const shownByLevels =
  (name: RegExp) =>
  (images: readonly ScoredName[]): Direction | undefined => {
    const read = images.flatMap((image) => {
      const { series, level } = name.exec(image.name)?.groups ?? {};
      return series === undefined ? [] : [{ series, level: Number(level), score: image.score }];
    });
    const pairs = [...Map.groupBy(read, ({ series }) => series.toLowerCase()).values()].flatMap(
      (series) => {
        const [best, ...others] = series.toSorted((a, b) => a.level - b.level);
        return others
          .filter((other) => best && other.level > best.level)
          .map((other): [number, number] => [best?.score as number, other.score]);
      },
    );
    return shownBy(pairs);
  };
