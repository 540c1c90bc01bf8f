import { resolve } from 'node:path';
import type { ColumnName } from './files/listed-line.ts';
import { imageFinder } from './image-finder.ts';
import { displayPath, isAddress, isRemote } from './image-path.ts';
import { placePath, type RootedLine } from './list-lines.ts';
import { describeColumn, shortened } from './score-text.ts';

/** An image that a line of a list names. */
export interface NamedImage extends RootedLine {
  /** Where the line names it. */
  column: ColumnName;
  /** As the list names it; undefined where the line names none or cannot be read. */
  name: string | undefined;
}

/** An image and the files that it may be: one, none, or several that cannot be told apart. */
export interface LocatedImage extends NamedImage {
  /** Absolute paths. An image on the web has none. */
  files: readonly string[];
  /** What may be meant where there is no such file, in words. */
  hint?: string | undefined;
}

/** What stands under a column of a line that cannot be read need not belong there. */
export function namedImage(rooted: RootedLine, column: ColumnName): NamedImage {
  const { line } = rooted;
  const name = line.problem === undefined ? line.cell(column) : '';
  return { ...rooted, column, name: name === '' ? undefined : name };
}

/** The same images with their files. No file is opened: folders are listed. */
export function locateImages(images: readonly NamedImage[]): LocatedImage[] {
  const finders = new Map(images.map(({ root }) => [root, imageFinder(root)]));
  return images.map((image) => {
    const { line, name, root } = image;
    if (line.file !== undefined) return { ...image, files: [line.file] };
    const isPath = name !== undefined && !isAddress(name);
    return { ...image, files: isPath ? (finders.get(root)?.([name]) ?? []) : [] };
  });
}

/**
 * The address of an image on the web, else the absolute path of the file that was found or was looked for; where a
 * line names no image, the line's own.
 */
export function imagePath(image: LocatedImage): string {
  const { name, files, root } = image;
  if (name === undefined) return placePath(image);
  if (isRemote(name)) return name;
  return files[0] ?? resolve(root, name.replace(/^file:\/\/(localhost(?=\/))?/i, ''));
}

/** What is wrong with how a readable line names an image, in words; undefined when nothing is. */
export function describeName({ name, column }: NamedImage): string | undefined {
  if (name === undefined) {
    return `${describeColumn(column)} is empty; give the path of an image or remove the line`;
  }
  if (isAddress(name) && !isRemote(name)) {
    return `${describeColumn(column)} is "${shortened(name)}"; give the path of a file`;
  }
  return undefined;
}

/** What is wrong with the file of an image, in words; undefined when nothing is, or no file is named. */
export function describeFiles(image: LocatedImage): string | undefined {
  const { name, files, hint } = image;
  if (name === undefined || isAddress(name) || files.length === 1) return undefined;
  if (files.length > 1) {
    return `"${shortened(name)}" may be ${files.map(displayPath).join(' or ')}; name one exactly, or remove the others`;
  }
  const looked = displayPath(imagePath(image));
  return hint === undefined
    ? `no such file ${looked}; add it, correct the path or remove the line`
    : `no such file ${looked}; ${hint}: correct the path or root`;
}
