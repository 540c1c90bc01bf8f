import { resolve } from 'node:path';
import { nameSome } from '../common/name-some.ts';
import { oneLine } from '../common/one-line.ts';
import { endsOf } from '../statistics/ends.ts';

/** One line of a list of scores that were made elsewhere. */
export interface ListedScore {
  /** The image as the list names it. */
  name: string;
  /** Path of the image as the list has it, resolved, or its address; it need not be there. */
  path: string;
  /** Higher is better; what the list says where that is no number. */
  score: number | { unreadable: string };
  /** SHA-256 (hex) of the image's file, where the list says it. */
  sha256?: string | undefined;
}

/** What a list of scores holds. */
export interface ListedScores {
  scored: readonly ListedScore[];
  /** Lines of which it is not known whose score they have, in words. */
  unread: readonly string[];
  /** The files that a name means, written as they are called or otherwise; several that cannot be told apart. */
  filesOf: (name: string) => readonly string[];
}

/** Scores made elsewhere, found by an image's path or by its content. */
export interface ScoreList {
  /**
   * @param image the row's path, and the SHA-256 (hex) of its file
   * @returns the score as listed, and its place between the least (0) and the greatest (1) of the list
   * @throws Error the list has no score of this image, one of other content, one that is no number, or several that
   *   differ; or its scores have no places
   */
  find(image: { path: string; sha256: string }): { listed: number; score: number };
}

/** @param name how errors call the list */
export function scoreList(
  name: string,
  { scored: lines, unread, filesOf }: ListedScores,
): ScoreList {
  const byPath = Map.groupBy(lines, ({ path }) => resolve(path));
  // Looked for on the disk, which takes long for long lists, where an image is called otherwise than in the list.
  let byFile: ReadonlyMap<string | undefined, readonly ListedScore[]> | undefined;
  const meaning = (path: string): readonly ListedScore[] => {
    byFile ??= Map.groupBy(lines, (line) => only(filesOf(line.name)));
    return byFile.get(path) ?? [];
  };
  const byContent = Map.groupBy(lines, ({ sha256 }) => sha256?.toLowerCase());
  const place = placesOf(lines.flatMap(({ score }) => numberOf(score) ?? []));
  return {
    find({ path, sha256 }) {
      const atPath = byPath.get(resolve(path)) ?? meaning(resolve(path));
      // Where the list says of which content a score is, the path alone may lead to a file that was changed since.
      const sameThere = atPath.filter((line) => (line.sha256 ?? sha256).toLowerCase() === sha256);
      const found = sameThere.length > 0 ? sameThere : (byContent.get(sha256) ?? []);
      if (found.length === 0) throw new Error(`${name} ${problemOf(atPath, sha256, unread)}`);
      const listed = onlyScore(found, name);
      if ('problem' in place) throw new Error(`${name}: ${place.problem}`);
      return { listed, score: place.of(listed) };
    },
  };
}

const only = <Item>(items: readonly Item[]): Item | undefined =>
  items.length === 1 ? items[0] : undefined;

const numberOf = (score: ListedScore['score']): number | undefined =>
  typeof score === 'number' ? score : undefined;

/** Where a score stands between the least and the greatest: scores that differ have places that differ. */
function placesOf(
  scores: readonly number[],
): { of: (score: number) => number } | { problem: string } {
  const [least, greatest] = endsOf(scores);
  if (least === greatest) {
    return {
      problem: `all of its scores are ${least}, so that none has a place between the least and the greatest`,
    };
  }
  const of = (score: number) => (score - least) / (greatest - least);
  const sorted = [...new Set(scores)].sort((a, b) => a - b).map(of);
  const isInOrder = sorted.every((value, index) => index === 0 || value > sorted[index - 1]!);
  return isInOrder && sorted.at(-1) === 1
    ? { of }
    : {
        problem: `its scores lie too far apart, from ${least} to ${greatest}, for the others to be told from each other; leave out what stands for a missing score`,
      };
}

/** @param atPath lines that have the image's path, of other content */
function problemOf(
  [other]: readonly ListedScore[],
  sha256: string,
  [unread, ...more]: readonly string[],
): string {
  if (other) {
    return `has a score of other content at this path: of sha256 ${other.sha256}, and the file is ${sha256}; score the file as it is now, or leave sha256 out of the configuration to go by paths alone`;
  }
  const none = `has no score of this image, neither by its path nor by its content (sha256 ${sha256})`;
  return unread === undefined
    ? `${none}; add it, or set root to the folder that the list's paths are relative to`
    : `${none} in the lines that can be read; mend ${more.length === 0 ? 'the one that cannot' : `the ${more.length + 1} that cannot`} (${oneLine(unread)}), add it, or set root to the folder that the list's paths are relative to`;
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
  const [first, ...others] = listed;
  if (first === undefined || others.length > 0) {
    throw new Error(
      `${name} has several scores of this image that differ: ${nameSome([...listed].map(String))}; leave one`,
    );
  }
  return first;
}
