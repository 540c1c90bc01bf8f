import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/**
 * Finds the files that a list of images names: absolute paths of the file that is called by the first
 * of these names that is there exactly; else of those that differ from a name in how it is written
 * (`\` for `/`, `%20`, `file://`, composed and decomposed letters); else of those that differ in the
 * case of their letters too. None, one, or several that cannot be told apart. No file is opened:
 * folders are listed, each once.
 *
 * @param names relative to the folder of the images, or absolute
 */
export type ImageFinder = (names: readonly string[]) => readonly string[];

/** A link to nothing counts as a file, as no file is opened. */
export function imageFinder(root: string): ImageFinder {
  const folders = folderListings();
  const alike = (names: readonly string[], key: Key): string[] => {
    const found = names
      .map((name) => resolve(root, name))
      .flatMap((path) => folders.alike(path, key));
    return [...new Set(found)].sort();
  };
  return (names) => {
    const exact = names.map((name) => resolve(root, name)).find(folders.has);
    if (exact !== undefined) return [exact];
    for (const key of ['composed', 'folded'] as const) {
      for (const name of names) {
        const found = alike(spellings(name), key);
        if (found.length > 0) return found;
      }
    }
    return [];
  };
}

/** What a name may mean where there is no file of exactly that name. */
function spellings(name: string): string[] {
  const path = name.replace(/^file:\/\/(localhost(?=\/))?/i, '');
  const slashed = path.replaceAll('\\', '/');
  return [...new Set([path, slashed, percentDecoded(path), percentDecoded(slashed)])];
}

function percentDecoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** How names are compared: as composed letters, or without their case too. */
const KEYS = {
  composed: (name: string) => name.normalize('NFC'),
  folded: (name: string) => name.normalize('NFC').toLowerCase(),
};

type Key = keyof typeof KEYS;

export const foldedName = KEYS.folded;

interface Listing {
  names: ReadonlySet<string>;
  byKey: Partial<Record<Key, ReadonlyMap<string, readonly string[]>>>;
}

/**
 * Listing each folder once takes one request where a look at each file takes thousands on a network's
 * disk.
 */
function folderListings() {
  const listed = new Map<string, Listing | undefined>();
  const listing = (folder: string): Listing | undefined => {
    if (!listed.has(folder)) listed.set(folder, listingOf(folder));
    return listed.get(folder);
  };
  const named = (folder: string, key: Key, name: string): readonly string[] => {
    const found = listing(folder);
    if (!found) return [];
    found.byKey[key] ??= Map.groupBy(found.names, KEYS[key]);
    return (found.byKey[key].get(KEYS[key](name)) ?? []).map((each) => join(folder, each));
  };
  const alike = (path: string, key: Key): readonly string[] => {
    const parent = dirname(path);
    if (parent === path) return [];
    const parents = listing(parent) ? [parent] : alike(parent, key);
    return parents.flatMap((each) => named(each, key, basename(path)));
  };
  return {
    // Not by its listing alone: disks may not tell `a.JPG` from `a.jpg`, and folders may forbid listing.
    has: (path: string): boolean =>
      listing(dirname(path))?.names.has(basename(path)) || existsSync(path),
    alike,
  };
}

function listingOf(folder: string): Listing | undefined {
  try {
    return { names: new Set(readdirSync(folder)), byKey: {} };
  } catch {
    return undefined;
  }
}
