/** The text of tokens, in whichever of the ways that servers have they are written. */

/** How the byte-level vocabularies of GPT-2's kind write each byte as a character. */
const BYTE_OF_CHARACTER: ReadonlyMap<string, number> = (() => {
  const printable = (byte: number) =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  let next = 0x100;
  return new Map(
    Array.from({ length: 256 }, (_, byte) => [
      String.fromCodePoint(printable(byte) ? byte : next++),
      byte,
    ]),
  );
})();

/** One byte as SentencePiece writes those that are no character by themselves: `<0xE5>`. */
const WRITTEN_BYTES = /(?:<0x[0-9A-Fa-f]{2}>)+/g;

/** Says nothing of what the token is: a replacement character, vLLM's and OpenAI's stand-ins. */
const UNREADABLE = /^$|\ufffd|^bytes:|^token_id:\d+$/;

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The token as text, from its name or, where that cannot be read, from its bytes; bytes that are no
 * whole character are written as `<0xE5>`.
 */
export function tokenName(name: string | undefined, bytes: readonly number[] | undefined): string {
  if (name !== undefined && !UNREADABLE.test(name)) return name;
  if (!bytes?.length) return name ?? '';
  const text = decoded(bytes);
  if (text !== undefined) return UNREADABLE.test(text) ? (name ?? text) : text;
  return bytes.map((byte) => `<0x${byte.toString(16).padStart(2, '0').toUpperCase()}>`).join('');
}

/**
 * What a token's name means: `Ġgood` and `▁good` are ` good`, and names whose characters stand for the
 * bytes of others (`dÃ¼rftig`) are those.
 */
export function tokenText(name: string): string {
  if (!/[^ -~]/.test(name)) return name;
  const spaced = name.replaceAll('▁', ' ');
  return fromByteCharacters(spaced) ?? fromLatin1(spaced) ?? spaced.replace(/^Ġ+/, spaces);
}

/** The text of names that stand one after the other, characters made of several tokens' bytes included. */
export const joinedText = (names: readonly string[]): string =>
  names.map(tokenText).join('').replace(WRITTEN_BYTES, characters);

/** The bytes at the end of names that stand one after the other which are no whole character yet. */
export function unfinishedBytes(names: readonly string[]): Uint8Array {
  const written = /(?:<0x[0-9A-Fa-f]{2}>)+$/.exec(names.map(tokenText).join(''))?.[0] ?? '';
  const bytes = bytesOf(written);
  const lacking = [0, 1, 2, 3].find(
    (count) => decoded([...bytes.subarray(0, bytes.length - count)]) !== undefined,
  );
  return bytes.subarray(bytes.length - (lacking ?? 0));
}

/** Where in `joinedText` each token ends. */
export function tokenEnds(names: readonly string[]): { text: string; ends: number[] } {
  let text = '';
  let bytes = '';
  const ends = names.map((name) => {
    const next = tokenText(name);
    if (/^(?:<0x[0-9A-Fa-f]{2}>)+$/.test(next)) {
      bytes += next;
      return text.length + characters(bytes).length;
    }
    text += characters(bytes) + next;
    bytes = '';
    return text.length;
  });
  return { text: text + characters(bytes), ends };
}

const spaces = (marks: string): string => ' '.repeat(marks.length);

/** Whole characters only: what a character still lacks is not there yet. */
const characters = (written: string): string =>
  written === ''
    ? ''
    : bytesOf(written)
        .toString('utf8')
        .replace(/\ufffd+$/, '');

const bytesOf = (written: string): Buffer => Buffer.from(written.replace(/<0x|>/g, ''), 'hex');

function fromByteCharacters(name: string): string | undefined {
  const bytes = [...name].map((character) => BYTE_OF_CHARACTER.get(character));
  return bytes.every((byte) => byte !== undefined) ? decoded(bytes) : undefined;
}

/** UTF-8 that somebody read as Latin-1. */
function fromLatin1(name: string): string | undefined {
  return /^[\0-ÿ]*$/.test(name) ? decoded([...Buffer.from(name, 'latin1')]) : undefined;
}

function decoded(bytes: readonly number[]): string | undefined {
  try {
    return strict.decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}
