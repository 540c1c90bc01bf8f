import type { Stats } from 'node:fs';

/**
 * What something under a file's name is that is no file, such as a named pipe, which would be waited on for
 * ever; undefined for files and folders.
 */
export function describeNoFile(found: Stats | undefined): string | undefined {
  if (found === undefined || found.isFile() || found.isDirectory()) return undefined;
  if (found.isFIFO()) return 'a named pipe (FIFO)';
  if (found.isSocket()) return 'a socket';
  return 'a device';
}
