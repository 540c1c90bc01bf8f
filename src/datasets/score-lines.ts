import { dirname, resolve } from 'node:path';
import { ConfigError } from '../common/config-error.ts';
import type { ListedScore } from '../rows/score-list.ts';
import { type Direction, inMosDirection } from './direction.ts';
import { readJson, readJsonl } from './files/json-file.ts';
import type { ColumnName, ListedLine } from './files/listed-line.ts';
import { readTable } from './files/table-file.ts';
import { readScore } from './score-text.ts';

export interface ScoreFile {
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
 * @throws ConfigError the file cannot be read, lacks a column, or has no score at all
 */
export async function readScoreLines(settings: ScoreFile): Promise<ListedScore[]> {
  const { file, root, image, score, sha256, direction } = settings;
  const path = resolve(file);
  const columns = [
    { key: 'image', column: image },
    { key: 'score', column: score, holdsNumbers: true },
    ...(sha256 === undefined ? [] : [{ key: 'sha256', column: sha256 }]),
  ];
  const lines = await readLines(path, file, columns);
  const folder = root === undefined ? dirname(path) : resolve(root);
  const scored = lines.flatMap((line): ListedScore[] => {
    if (line.problem !== undefined) return [];
    const value = inMosDirection(readScore(line.cell(score)), direction);
    const hash = sha256 === undefined ? '' : line.cell(sha256);
    return [
      {
        path: resolve(folder, line.cell(image)),
        score: typeof value === 'number' ? value : { unreadable: value },
        ...(hash !== '' && { sha256: hash }),
      },
    ];
  });
  if (!scored.some((line) => typeof line.score === 'number')) {
    throw new ConfigError(
      `${file}: none of its ${lines.length} lines has a number under "${score}"; name the column of the scores`,
    );
  }
  return scored;
}

function readLines(
  path: string,
  name: string,
  columns: Parameters<typeof readTable>[2],
): Promise<ListedLine[]> | ListedLine[] {
  if (/\.(jsonl|ndjson)$/i.test(name)) return readJsonl(path, name, columns, undefined);
  if (/\.json$/i.test(name)) return readJson(path, name, columns, {});
  return readTable(path, name, columns, {});
}
