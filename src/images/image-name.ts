import { createHash } from 'node:crypto';

const DATA_URI = /^\s*data:/i;
const TYPE = /^\s*data:image\/(?<type>[\w.+-]{1,20})[;,]/i;

/** Longer than the paths of most files; text that was not meant for a path can be of any length. */
const MAX_LENGTH = 400;
const KEPT_AT_START = 100;
const KEPT_AT_END = 60;

export const isDataUri = (source: string): boolean => DATA_URI.test(source);

/**
 * What messages and reports call an image: its path or address. A data URI, which is the image itself, is called
 * by its type, its length and its hash; other long text is shortened in the middle.
 */
export function imageName(source: string): string {
  if (isDataUri(source)) {
    const type = TYPE.exec(source)?.groups?.type ?? 'no image type';
    const hash = createHash('sha256').update(source).digest('hex').slice(0, 8);
    return `data URI (${type}, ${source.length} characters, SHA-256 ${hash})`;
  }
  if (source.length <= MAX_LENGTH) return source;
  return `${source.slice(0, KEPT_AT_START)}… (${source.length} characters) …${source.slice(-KEPT_AT_END)}`;
}
