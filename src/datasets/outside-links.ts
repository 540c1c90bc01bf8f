import { type Dirent, readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { ConfigError } from '../common/config-error.ts';
import { displayPath, isInside } from './image-path.ts';

/** Links that an error names. */
const LINKS_NAMED = 3;

export const allowOutsideRootField = z
  .boolean()
  .default(false)
  .describe('Whether image paths and symbolic links may lead out of `root`.');

/**
 * Where a file lies that seems to lie in a folder, but does not for its symbolic links; undefined where it
 * does. Each folder is listed once, and links alone are looked at.
 *
 * @param root absolute path of the folder; it may be a link itself
 */
export function outsideTarget(root: string): (path: string) => string | undefined {
  const base = realPath(root);
  const folders = new Map<string, { real: string | undefined; links: ReadonlySet<string> }>();
  return (path) => {
    const folder = dirname(path);
    const known = folders.get(folder) ?? { real: realPath(folder), links: linksIn(folder) };
    folders.set(folder, known);
    const real =
      known.real === undefined || known.links.has(basename(path))
        ? realPath(path)
        : join(known.real, basename(path));
    // Of a link to nothing, nothing can be read.
    return real === undefined || base === undefined || isInside(base, real) ? undefined : real;
  };
}

/**
 * @param name how errors call what names the files
 * @param files absolute paths that by their names lie in `root`
 * @throws ConfigError some do not, for their symbolic links
 */
export function refuseOutsideLinks(name: string, root: string, files: readonly string[]): void {
  const target = outsideTarget(root);
  const outside = files.flatMap((file) => {
    const real = target(file);
    return real === undefined ? [] : [`${displayPath(file)} to ${real}`];
  });
  if (outside.length === 0) return;
  throw new ConfigError(
    `${name}: ${outside.length} ${outside.length === 1 ? 'file leads' : 'files lead'} out of ${root} by symbolic links (${outside.slice(0, LINKS_NAMED).join(', ')}${outside.length > LINKS_NAMED ? ', …' : ''}); set allowOutsideRoot: true to follow them`,
  );
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function linksIn(folder: string): ReadonlySet<string> {
  return new Set(
    entriesOf(folder)
      .filter((entry) => entry.isSymbolicLink())
      .map(({ name }) => name),
  );
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
