import type { Ratings } from '../../rows/ratings.ts';
import type { ColumnName, ListedLine } from '../files/listed-line.ts';
import { describeColumn, describeScoreProblem, readScore } from '../score-text.ts';

/** An image as a published list has it. */
export interface PublishedImage {
  /** Its path in the folder of images, or several where releases differ; empty where the list names none. */
  files: readonly string[];
  /** Where it is listed, as errors name it. */
  place: string;
  mos: number | string;
  split?: string;
  group?: string;
  ratings?: Ratings;
  problem?: string;
  metadata?: Record<string, unknown>;
}

/**
 * The image of a line, its score as it is written there, and what is wrong with either.
 *
 * @param list how errors call the file
 */
export function listedImage(
  line: ListedLine,
  list: string,
  columns: { image: ColumnName; mos: ColumnName },
): PublishedImage {
  const image = line.cell(columns.image);
  const place = `${list}, ${line.place}`;
  const unreadable =
    line.problem ?? (image === '' ? `${describeColumn(columns.image)} is empty` : undefined);
  const text = line.cell(columns.mos);
  if (unreadable !== undefined) {
    return { files: [], place, mos: text, problem: `${place}: ${unreadable}` };
  }
  const mos = readScore(text);
  const problem = describeScoreProblem(mos, columns.mos, image);
  return {
    files: [image],
    place,
    mos,
    ...(problem !== undefined && { problem: `${place}: ${problem}` }),
  };
}

export const joinedProblems = (problems: readonly (string | undefined)[]): string =>
  problems.filter((text) => text).join('; ');
