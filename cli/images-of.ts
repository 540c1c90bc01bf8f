import { globSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import folder from '../datasets/folder.ts';
import { ConfigError } from '../src/common/config-error.ts';
import { oneLine } from '../src/common/one-line.ts';
import { literalRow } from '../src/harness/literal-text.ts';

/**
 * The images that arguments of a command name: each file as it is, each folder with all images in it and its
 * subfolders, and each pattern (`photos/*.jpg`) with what it matches, for shells that leave patterns to the
 * command.
 *
 * @throws ConfigError a folder without images, a pattern that nothing matches
 */
export const namedImages = async (paths: readonly string[]): Promise<string[]> =>
  (await Promise.all(paths.map(imagesAt))).flat();

/** The same, where a file that is named twice, in whatever spelling, counts once. */
export async function imagesOf(paths: readonly string[]): Promise<string[]> {
  const byPlace = Map.groupBy(await namedImages(paths), (path) => resolve(path));
  return [...byPlace.values()].map(([first]) => first!);
}

async function imagesAt(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) {
    return (await folder({ root: path })).map((row) => literalRow(row).vars.image);
  }
  // What is there, and what lies on a server, is no pattern, whatever its name has in it.
  if (found || !PATTERN.test(path) || URL_START.test(path)) return [path];
  const matched = globSync(path).sort();
  if (matched.length > 0) return namedImages(matched);
  throw new ConfigError(
    `${oneLine(path)}: no file matches this pattern, and there is none of this name`,
  );
}

const PATTERN = /[*?[{]/;
const URL_START = /^[a-z][a-z\d+.-]+:/i;
