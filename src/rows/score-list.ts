import { resolve } from 'node:path';
import { nameSome } from '../common/name-some.ts';
import { oneLine } from '../common/one-line.ts';
import { endsOf } from '../statistics/ends.ts';

/** One line of a list of scores that were made elsewhere. */
export interface ListedScore {
  /** Path of the image as the list has it, resolved; it need not be there. */
  path: string;
  /** Higher is better; what the list says where that is no number. */
  score: number | { unreadable: string };
  /** SHA-256 (hex) of the image's file, where the list says it. */
  sha256?: string | undefined;
}

/** Scores made elsewhere, found by an image's path or by its content. */
export interface ScoreList {
  /**
   * @param image the row's path, and the SHA-256 (hex) of its file
   * @returns the score as listed, and its place between the least (0) and the greatest (1) of the list
   * @throws Error the list has no score of this image, one of other content, one that is no number, or several that
   *   differ
   */
  find(image: { path: string; sha256: string }): { listed: number; score: number };
}

/** @param name how errors call the list */
export function scoreList(name: string, lines: readonly ListedScore[]): ScoreList {
  const byPath = Map.groupBy(lines, ({ path }) => resolve(path));
  const byContent = Map.groupBy(lines, ({ sha256 }) => sha256?.toLowerCase());
  const [least, greatest] = endsOf(lines.flatMap(({ score }) => numberOf(score) ?? []));
  return {
    find({ path, sha256 }) {
      const atPath = byPath.get(resolve(path)) ?? [];
      // Where the list says of which content a score is, the path alone may lead to a file that was changed since.
      const sameThere = atPath.filter((line) => (line.sha256 ?? sha256).toLowerCase() === sha256);
      const found = sameThere.length > 0 ? sameThere : (byContent.get(sha256) ?? []);
      if (found.length === 0) throw new Error(`${name} ${problemOf(atPath, sha256)}`);
      const listed = onlyScore(found, name);
      const score = greatest === least ? 0.5 : (listed - least) / (greatest - least);
      return { listed, score };
    },
  };
}

const numberOf = (score: ListedScore['score']): number | undefined =>
  typeof score === 'number' ? score : undefined;

/** @param atPath lines that have the image's path, of other content */
function problemOf([other]: readonly ListedScore[], sha256: string): string {
  return other
    ? `has a score of other content at this path: of sha256 ${other.sha256}, and the file is ${sha256}; score the file as it is now, or leave sha256 out of the configuration to go by paths alone`
    : `has no score of this image, neither by its path nor by its content (sha256 ${sha256}); add it, or set root to the folder that the list's paths are relative to`;
}

function onlyScore(found: readonly ListedScore[], name: string): number {
  const listed = new Set<number>();
  for (const { score } of found) {
    if (typeof score !== 'number') {
      const { unreadable } = score;
      throw new Error(
        `${name} has ${unreadable === '' ? 'an empty cell' : `"${oneLine(unreadable).slice(0, 60)}"`} as the score of this image, which is not a number; give it one with a decimal point`,
      );
    }
    listed.add(score);
  }
  const [only, ...others] = listed;
  if (only === undefined || others.length > 0) {
    throw new Error(
      `${name} has several scores of this image that differ: ${nameSome([...listed].map(String))}; leave one`,
    );
  }
  return only;
}
