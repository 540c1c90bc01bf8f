import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { ConfigError } from '../../common/config-error.ts';
import { describeNoFile } from '../../common/describe-no-file.ts';
import { say } from '../say.ts';
import { decodeText } from './decode-text.ts';
import { describeBinary, describeText } from './no-list-kind.ts';

/**
 * Reads a file of a data set.
 *
 * @param name how errors call the file
 * @throws ConfigError there is no such file, it is a folder, or it may not be read
 */
export const readBytes = (path: string, name: string): Buffer =>
  orConfigError(path, name, () => readFileSync(path));

/** The first bytes of a file, by which its kind is told. */
export const readHead = (path: string, name: string, length: number): Buffer =>
  orConfigError(path, name, () => {
    const file = openSync(path, 'r');
    try {
      const head = Buffer.alloc(length);
      return head.subarray(0, readSync(file, head, 0, length, 0));
    } finally {
      closeSync(file);
    }
  });

/**
 * Reads a text of a data set: UTF-8, UTF-16 or, said on stderr, Windows-1252.
 *
 * @param encoding where the configuration says it
 * @throws ConfigError it cannot be read, or is no text: the error says what it is
 */
export async function readText(path: string, name: string, encoding?: string): Promise<string> {
  return toText(readBytes(path, name), name, encoding);
}

/** The same for bytes that were read already. */
export async function toText(bytes: Buffer, name: string, encoding?: string): Promise<string> {
  const decoded = decodeText(bytes, encoding);
  if (!decoded && encoding !== undefined) {
    throw new ConfigError(
      `${name}: encoding: this is no text in ${encoding}; set the right one, or leave it out to have it found`,
    );
  }
  const kind = decoded ? describeText(decoded.text) : await describeBinary(bytes);
  if (!decoded || kind !== undefined) throw new ConfigError(`${name}: this is ${kind}`);
  if (encoding === undefined && decoded.encoding === 'Windows-1252') {
    say(
      `${name}: this is no UTF-8 and was read as Windows-1252; where names are wrong, set encoding, such as gbk`,
    );
  }
  const text = decoded.text.trimEnd();
  return text.endsWith(DOS_END) ? text.slice(0, -1) : decoded.text;
}

/** With what MS-DOS ends a text. */
const DOS_END = '\u001a';

function orConfigError<Result>(path: string, name: string, read: () => Result): Result {
  try {
    const kind = describeNoFile(statSync(path));
    if (kind !== undefined) throw new ConfigError(`${name}: this is ${kind}, no file`);
    return read();
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    // Without the cause: Node would print its stack after the message.
    throw new ConfigError(`${name}: ${describeFailure(cause as NodeJS.ErrnoException, path)}`);
  }
}

function describeFailure({ code, message }: NodeJS.ErrnoException, path: string): string {
  if (code === 'ENOENT') {
    return `no such file (looked for ${path}; a relative path starts at the working directory)`;
  }
  if (code === 'EISDIR') return 'this is a folder; name the file in it';
  return `this cannot be read (${message})`;
}
