import { dirname, resolve } from 'node:path';
import { ConfigError } from '../common/config-error.ts';
import type { ListedScores } from '../rows/score-list.ts';
import { type Direction, directionQuestion, inMosDirection } from './direction.ts';
import { type AnyListOptions, readAnyList } from './files/any-list.ts';
import type { ColumnName } from './files/listed-line.ts';
import { imageFinder } from './image-finder.ts';
import { isRemote } from './image-path.ts';
import { say } from './say.ts';
import { describeColumn, readScore } from './score-text.ts';

export interface ScoreFile extends AnyListOptions {
  /** Relative to the working directory. */
  file: string;
  /** Folder of the images; left out: the file's. */
  root?: string | undefined;
  image: ColumnName;
  score: ColumnName;
  sha256?: ColumnName | undefined;
  direction?: Direction | undefined;
}

/**
 * The lines of a list of scores, whether its images are there or not, and whether their scores can be read or not.
 *
 * @throws ConfigError the file cannot be read, lacks a column, has no score at all, or is not of the kind that an option is
 *   for
 */
export async function readScoreLines(settings: ScoreFile): Promise<ListedScores> {
  const { file, root, image, score, sha256, direction } = settings;
  const path = resolve(file);
  const columns = [
    { key: 'image', column: image },
    { key: 'score', column: score, holdsNumbers: true },
    ...(sha256 === undefined ? [] : [{ key: 'sha256', column: sha256 }]),
  ];
  refuseSameColumn(settings);
  const question = directionQuestion(score, direction);
  if (question !== undefined) say(`${file}: ${question}`);
  const lines = await readAnyList(path, file, columns, settings);
  const folder = root === undefined ? dirname(path) : resolve(root);
  const find = imageFinder(folder);
  const readable = lines.filter(({ problem }) => problem === undefined);
  const scored = readable.map((line) => {
    const value = inMosDirection(readScore(line.cell(score)), direction);
    const hash = sha256 === undefined ? '' : line.cell(sha256);
    const name = line.cell(image);
    return {
      name,
      path: isRemote(name) ? name : resolve(folder, name),
      score: typeof value === 'number' ? value : { unreadable: value },
      ...(hash !== '' && { sha256: hash }),
    };
  });
  const unread = lines.flatMap(({ place, problem }) =>
    problem === undefined ? [] : [`${place}: ${problem}`],
  );
  if (!scored.some((line) => typeof line.score === 'number')) {
    throw new ConfigError(
      unread[0] === undefined
        ? `${file}: none of its ${lines.length} lines has a number under "${score}"; name the column of the scores`
        : `${file}: none of its ${lines.length} lines has a number under "${score}" (${unread[0]})`,
    );
  }
  return { scored, unread, filesOf: (name) => find([name]) };
}

/** A column says one thing of an image. */
function refuseSameColumn({ file, image, score, sha256 }: ScoreFile): void {
  const named = Object.entries({ image, score, sha256 }).filter(
    ([, column]) => column !== undefined,
  );
  for (const [key, column] of named) {
    const other = named.find(([each, same]) => each !== key && same === column);
    if (other === undefined) continue;
    throw new ConfigError(
      `${file}: ${key} and ${other[0]} both name ${describeColumn(column ?? '')}; name the column of each`,
    );
  }
}
