/** Text of a list, and how it was encoded. */
export interface DecodedText {
  text: string;
  encoding: string;
}

/** Whether this is the name of an encoding that can be decoded, as the Encoding Standard has them: `gbk`. */
export function isEncoding(name: string): boolean {
  try {
    return new TextDecoder(name) !== undefined;
  } catch {
    return false;
  }
}

/** Bytes that are looked at to tell UTF-16 without a byte order mark from other text. */
const PROBED = 4096;

/** Least share of code units whose high byte is 0: the separators, digits and line ends of any list are. */
const LEAST_LATIN = 0.2;

/** Most code units whose low byte is 0, for each with such a high byte: a few letters of other scripts are so. */
const MOST_OTHERS = 0.05;

/** Control characters that no text has. Tabs, line ends, form feeds and the DOS end mark are no such. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b\u000e-\u0019\u001b-\u001f]/;

/**
 * Decodes UTF-8 and UTF-16, each with or without a byte order mark, and Windows-1252, which is what
 * text that is no UTF-8 is taken for.
 *
 * @param encoding where it is known
 * @returns undefined where the bytes are no text
 */
export function decodeText(bytes: Uint8Array, encoding?: string): DecodedText | undefined {
  if (encoding !== undefined) return plainText(decodeAs(encoding, bytes));
  if (isUtf32(bytes)) return undefined;
  const marked = markOf(bytes);
  if (marked !== undefined) return decodeAs(marked, bytes);
  const utf16 = utf16Of(bytes);
  if (utf16 !== undefined) return plainText(decodeAs(utf16, bytes));
  if (bytes.includes(0)) return undefined;
  const utf8 = decodeAs('UTF-8', bytes);
  if (utf8 !== undefined) return utf8;
  return plainText(decodeAs('Windows-1252', bytes));
}

/** Encodings in which nearly any bytes are letters make a text of what is none. */
const plainText = (decoded: DecodedText | undefined): DecodedText | undefined =>
  decoded && !CONTROL.test(decoded.text) ? decoded : undefined;

function decodeAs(encoding: string, bytes: Uint8Array): DecodedText | undefined {
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), encoding };
  } catch {
    return undefined;
  }
}

const isUtf32 = ([a, b, c, d]: Uint8Array): boolean =>
  (a === 0xff && b === 0xfe && c === 0 && d === 0) ||
  (a === 0 && b === 0 && c === 0xfe && d === 0xff);

/** By the byte order mark. */
function markOf([first, second]: Uint8Array): 'UTF-16LE' | 'UTF-16BE' | undefined {
  if (first === 0xff && second === 0xfe) return 'UTF-16LE';
  return first === 0xfe && second === 0xff ? 'UTF-16BE' : undefined;
}

/** By the bytes that are 0. */
function utf16Of(bytes: Uint8Array): 'UTF-16LE' | 'UTF-16BE' | undefined {
  if (bytes.length === 0 || bytes.length % 2 !== 0) return undefined;
  const probed = bytes.subarray(0, PROBED);
  const zeros = [0, 0];
  probed.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2] = zeros[index % 2]! + 1;
  });
  const [even = 0, odd = 0] = zeros;
  const least = (probed.length / 2) * LEAST_LATIN;
  if (odd >= least && even <= odd * MOST_OTHERS) return 'UTF-16LE';
  return even >= least && odd <= even * MOST_OTHERS ? 'UTF-16BE' : undefined;
}
