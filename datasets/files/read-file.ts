import { readFileSync } from 'node:fs';
import { ConfigError } from '../../providers/config-error.ts';

/**
 * Reads a file of a data set.
 *
 * @param name how errors call the file
 * @throws ConfigError there is no such file, it is a folder, or it may not be read
 */
export function readBytes(path: string, name: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    // Without the cause: Node would print its stack after the message.
    throw new ConfigError(`${name}: ${describeFailure(cause as NodeJS.ErrnoException, path)}`);
  }
}

/** The same as UTF-8 text, without its byte order mark. */
export const readText = (path: string, name: string): string =>
  readBytes(path, name)
    .toString('utf8')
    .replace(/^\ufeff/, '');

function describeFailure({ code, message }: NodeJS.ErrnoException, path: string): string {
  if (code === 'ENOENT') {
    return `no such file (looked for ${path}; a relative path starts at the working directory)`;
  }
  if (code === 'EISDIR') return 'this is a folder; name the file in it';
  return `this cannot be read (${message})`;
}
