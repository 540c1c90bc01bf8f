import { randomUUID } from 'node:crypto';

/** Stands for a text of `plain` while the rest is serialised; nobody can have written it by chance. */
const MARK = randomUUID();
const MARKED = new RegExp(`"${MARK} (\\d+)"`);

/**
 * `JSON.stringify` in UTF-8, for values with long texts that need no escaping, such as data URIs: those
 * are copied as they are, where `JSON.stringify` would look at each character.
 *
 * @param plain texts in `value` of ASCII characters without quotes, backslashes and control characters
 */
export function jsonBytes(value: unknown, plain: readonly string[]): Uint8Array<ArrayBuffer> {
  const json = JSON.stringify(value, (_, part) => {
    const index = typeof part === 'string' ? plain.indexOf(part) : -1;
    return index < 0 ? part : `${MARK} ${index}`;
  });
  const parts = json.split(MARKED).map((part, i) => {
    // Every second part is an index.
    if (i % 2 === 0) return Buffer.from(part);
    return Buffer.from(`"${plain[Number(part)]}"`, 'latin1');
  });
  return Buffer.concat(parts);
}
