import { type Dirent, readdirSync } from 'node:fs';
import { dirname, join, parse, resolve } from 'node:path';
import { isImageName } from './image-ending.ts';
import { foldedName } from './image-finder.ts';
import { displayPath, isInside } from './image-path.ts';

/** A file that may be meant by a name under which there is none. */
export interface ImageHint {
  /** In words: `there is images/a.jpg`, `there is a.png, with another ending`. */
  text: string;
  /** The folder in which the list's name would be right, where it is in none of these. */
  root?: string | undefined;
}

/** Folders below the images' folder that are searched, and beside it. */
const DEPTH = 4;
const DEPTH_BESIDE = 1;

/** Files that are searched: more take longer than an error may. */
const MOST_FILES = 100_000;

/**
 * Says of images that are not there which file may be meant: the same name in a folder above, below or
 * beside the folder of the images, or the same name with another ending. Folders are listed when it is
 * first asked.
 */
export function imageHints(root: string): (name: string) => ImageHint | undefined {
  let search: ReturnType<typeof searchAround> | undefined;
  return (name) => {
    search ??= searchAround(root);
    const path = name.replaceAll('\\', '/');
    const { base, name: stem } = parse(path);
    const same = search.byName.get(foldedName(base)) ?? [];
    const rooted = same.find((file) => rootFor(file, path) !== undefined);
    if (rooted !== undefined) return { text: there(rooted), root: rootFor(rooted, path) };
    const likely = nearest(same, root);
    if (likely !== undefined) return { text: there(likely) };
    const endings = (search.byStem.get(foldedName(stem)) ?? []).filter(
      (file) => foldedName(parse(file).base) !== foldedName(base),
    );
    const beside = endings.find((file) => dirname(file) === dirname(resolve(root, path)));
    const ending = beside ?? nearest(endings, root);
    return ending === undefined ? undefined : { text: `${there(ending)}, with another ending` };
  };
}

/** The only one of the files in the folder, or where none lies in it, the only one at all. */
function nearest(files: readonly string[], folder: string): string | undefined {
  const inside = files.filter((file) => isInside(resolve(folder), file));
  const [only, ...others] = inside.length > 0 ? inside : files;
  return others.length === 0 ? only : undefined;
}

const there = (file: string): string => `there is ${displayPath(file)}`;

/** The folder from which `name` leads to `file`, if one does. */
function rootFor(file: string, name: string): string | undefined {
  const end = `/${name.replace(/^(\.?\/)+/, '')}`;
  return foldedName(file).endsWith(foldedName(end)) ? file.slice(0, -end.length) || '/' : undefined;
}

function searchAround(root: string) {
  const parent = dirname(resolve(root));
  const files = [
    ...filesBelow(root, DEPTH, MOST_FILES),
    ...filesBelow(parent, DEPTH_BESIDE, MOST_FILES),
  ];
  const images = [...new Set(files)].filter(isImageName);
  return {
    byName: Map.groupBy(images, (file) => foldedName(parse(file).base)),
    byStem: Map.groupBy(images, (file) => foldedName(parse(file).name)),
  };
}

/** Absolute paths, those of upper folders first. */
function filesBelow(root: string, depth: number, most: number): string[] {
  const files: string[] = [];
  let folders = [resolve(root)];
  for (let level = 0; level <= depth && files.length < most; level++) {
    const below: string[] = [];
    for (const folder of folders) {
      for (const entry of entriesOf(folder)) {
        if (entry.name.startsWith('.')) continue;
        (entry.isDirectory() ? below : files).push(join(folder, entry.name));
      }
      if (files.length >= most) break;
    }
    folders = below;
  }
  return files;
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
