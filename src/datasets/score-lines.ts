import { dirname, resolve } from 'node:path';
import { ConfigError } from '../common/config-error.ts';
import type { ListedScores } from '../rows/score-list.ts';
import { type Direction, directionQuestion, inMosDirection } from './direction.ts';
import { readJson, readJsonl } from './files/json-file.ts';
import type { ColumnName, ListedLine, NamedColumn } from './files/listed-line.ts';
import { readHead } from './files/read-file.ts';
import { JSON_LIKE, readTable, type TableFileOptions } from './files/table-file.ts';
import { imageFinder } from './image-finder.ts';
import { isRemote } from './image-path.ts';
import { say } from './say.ts';
import { describeColumn, readScore } from './score-text.ts';

export interface ScoreFile extends TableFileOptions {
  /** Relative to the working directory. */
  file: string;
  /** Folder of the images; left out: the file's. */
  root?: string | undefined;
  image: ColumnName;
  score: ColumnName;
  sha256?: ColumnName | undefined;
  direction?: Direction | undefined;
  /** Keys that lead to the images of a JSON file. */
  path?: string | undefined;
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
  const lines = await readLines(path, settings, columns);
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

function readLines(
  path: string,
  settings: ScoreFile,
  columns: readonly NamedColumn[],
): Promise<ListedLine[]> {
  const { file, encoding } = settings;
  const kind = kindOf(path, file);
  if (kind === 'table') {
    refuseOthers(settings, 'a table', ['path']);
    return readTable(path, file, columns, settings);
  }
  if (kind === 'json') {
    refuseOthers(settings, 'JSON', TABLE_KEYS);
    return readJson(path, file, columns, { path: settings.path, encoding });
  }
  refuseOthers(settings, 'one JSON object a line', [...TABLE_KEYS, 'path']);
  return readJsonl(path, file, columns, encoding);
}

/** Bytes by which the kind of a list is told. */
const PROBED = 65_536;

/** By what it holds, as no configuration says it; by its name where that says nothing. */
function kindOf(path: string, file: string): 'table' | 'json' | 'jsonl' {
  const head = readHead(path, file, PROBED).toString('utf8');
  const ending = /\.(jsonl|ndjson)$/i.test(file)
    ? 'jsonl'
    : /\.json$/i.test(file)
      ? 'json'
      : 'table';
  if (!JSON_LIKE.test(head)) return ending;
  const isObjects = /^\s*\{.*\}\s*[\r\n]\s*\{/.test(head);
  return isObjects || (ending === 'jsonl' && !/^\s*\[/.test(head)) ? 'jsonl' : 'json';
}

const TABLE_KEYS = ['header', 'delimiter', 'decimal', 'sheet'] as const;

/** An option that nobody would look at. A header is what there is by default. */
function refuseOthers(settings: ScoreFile, kind: string, keys: readonly (keyof ScoreFile)[]): void {
  const given = keys.find((key) => ![undefined, true].includes(settings[key] as never));
  if (given === undefined) return;
  throw new ConfigError(`${settings.file}: ${given}: this is ${kind}; leave ${given} out`);
}
