import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { ConfigError } from '../providers/config-error.ts';
import { counted } from './number-text.ts';

/** Missing images that a line names. */
const MISSING_NAMED = 3;

/**
 * Says on one line how many images are missing where, the first few named:
 * `KonIQ-10k: 4 of 200 images are not in …; their rows will be errors`.
 *
 * @param images how many a list names, and those of them that are not there, as it names them
 * @param remedy what to do when none is there
 * @throws ConfigError none is there
 */
export function sayMissing(
  name: string,
  images: { total: number; missing: readonly string[]; folder: string },
  remedy: string,
): void {
  const { total, missing, folder } = images;
  if (missing.length === 0) return;
  const shown = `${missing.slice(0, MISSING_NAMED).join(', ')}${missing.length > MISSING_NAMED ? ', …' : ''}`;
  if (missing.length === total) {
    throw new ConfigError(
      `${name}: none of the ${counted(total)} images is in ${folder} (looked for ${shown}); ${remedy}`,
    );
  }
  process.stderr.write(
    `${name}: ${counted(missing.length)} of ${counted(total)} images ${missing.length === 1 ? 'is' : 'are'} not in ${folder} (${shown}); their rows will be errors\n`,
  );
}

/**
 * Looks whether files are there by listing each of their folders once, which takes one request where a
 * look at each file takes thousands on a network's disk. A link to nothing counts as a file, as no
 * file is opened.
 */
export function fileLookup(): (path: string) => boolean {
  const listed = new Map<string, ReadonlySet<string>>();
  return (path) => {
    const folder = dirname(path);
    const names = listed.get(folder) ?? namesIn(folder);
    listed.set(folder, names);
    // Not by its name alone: disks may not tell `a.JPG` from `a.jpg`, and folders may forbid listing.
    return names.has(basename(path)) || existsSync(path);
  };
}

function namesIn(folder: string): ReadonlySet<string> {
  try {
    return new Set(readdirSync(folder));
  } catch {
    return new Set();
  }
}
