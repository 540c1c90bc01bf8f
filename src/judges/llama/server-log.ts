import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { withoutSecrets } from '../../common/without-secrets.ts';

/** What an error shows of a log. */
const LINES_SHOWN = 6;
const BYTES_READ = 16_384;

/** The last lines of a server's log, cut and without control characters. */
export function lastLines(file: string): string[] {
  const text = endOf(file)
    // Progress is drawn over itself.
    .split(/[\r\n]+/)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are taken out
    .map((line) => line.replaceAll(/\x1b\[[\d;]*[A-Za-z]|[\x00-\x1f\x7f]/g, '').trim())
    .filter((line) => line !== '');
  return text.slice(-LINES_SHOWN).map((line) => withoutSecrets(line).slice(0, 300));
}

/** Size in bytes; 0 where it is not there yet. */
export function logBytes(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}

/** The latest share that a download has come to, in percent, where the last lines say one. */
export function downloadPercent(lines: readonly string[]): number | undefined {
  const shares = lines.flatMap((line) => {
    const percent = /(?<percent>\d{1,3})(\.\d+)?\s?%/.exec(line)?.groups?.percent;
    return percent !== undefined && Number(percent) <= 100 ? [Number(percent)] : [];
  });
  return shares.at(-1);
}

function endOf(file: string): string {
  try {
    const descriptor = openSync(file, 'r');
    try {
      const { size } = statSync(file);
      const bytes = Buffer.alloc(Math.min(size, BYTES_READ));
      const read = readSync(descriptor, bytes, 0, bytes.length, size - bytes.length);
      return bytes.toString('utf8', 0, read);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return '';
  }
}
