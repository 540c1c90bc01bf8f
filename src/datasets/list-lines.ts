import { dirname, resolve } from 'node:path';
import type { ListedLine, NamedColumn } from './files/listed-line.ts';

/** Reads a list: its path, the name that errors call it by, the columns that are asked for. */
export type ListReader = (
  path: string,
  name: string,
  columns: readonly NamedColumn[],
) => ListedLine[] | Promise<ListedLine[]>;

/** A line and where its images are looked for. */
export interface RootedLine {
  line: ListedLine;
  /** The list, as errors call it. */
  list: string;
  /** Absolute path of the folder of its images. */
  root: string;
}

/**
 * The lines of one or several lists, in their order.
 *
 * @param lists paths from the working directory
 * @param root the folder of all of their images; without it each list's own folder
 * @throws ConfigError a list cannot be read, or lacks a column
 */
export async function readLists(
  lists: readonly string[],
  root: string | undefined,
  columns: readonly NamedColumn[],
  read: ListReader,
): Promise<RootedLine[]> {
  const lines = await Promise.all(
    lists.map(async (list): Promise<RootedLine[]> => {
      const path = resolve(list);
      const folder = resolve(root ?? dirname(path));
      return (await read(path, list, columns)).map((line) => ({ line, list, root: folder }));
    }),
  );
  return lines.flat();
}

/** What a row is called whose line names no image: `scores.csv#3`, as an absolute path. */
export const placePath = ({ line, list }: RootedLine): string =>
  `${resolve(list)}#${line.place.replace(/\D+/, '')}`;
