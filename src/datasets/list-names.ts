import { basename, dirname, parse, resolve } from 'node:path';
import { displayPath } from './image-path.ts';

/** How errors about lists as a whole call them. */
export const listsName = (lists: readonly string[]): string => lists.join(' + ');

/** Not the folder alone: two files of one folder would become one data set. */
export function datasetName(lists: readonly string[]): string {
  const files = lists.map((file) => resolve(file));
  return `${basename(dirname(files[0]!))}/${files.map((file) => parse(file).name).join('+')}`;
}

/** Where lists and their images lie, as rows tell it. */
export const listsSource = (lists: readonly string[], root: string | undefined) => ({
  file: lists.map((file) => displayPath(resolve(file))).join(' + '),
  ...(root !== undefined && { images: displayPath(resolve(root)) }),
});
