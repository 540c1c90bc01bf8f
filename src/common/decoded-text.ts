/**
 * A text as it was before anybody encoded it, as far as that changes single characters: `%2B`, `\u002b`, `&#43;` and `\/`
 * are `+` and `/`, and spaces, line breaks and what steers a terminal are left out, since long words are broken by them.
 */
export interface DecodedText {
  source: string;
  /** The source in lower case. */
  plain: string;
  /** In lower case. */
  text: string;
  /** Where in the source each character of the text begins, and ends. */
  starts: Int32Array;
  ends: Int32Array;
}

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  sol: '/',
  plus: '+',
  equals: '=',
};

/** Each with the character that it stands for in a group of its own, or for none. */
const ENCODED = new RegExp(
  [
    '%([0-9a-f]{2})',
    String.raw`\\+u([0-9a-f]{4})`,
    String.raw`\\+x([0-9a-f]{2})`,
    '&#x0*([0-9a-f]{1,4});',
    '&#0*([0-9]{1,5});',
    `&(${Object.keys(NAMED).join('|')});`,
    String.raw`\\+([^\w\s\\])`,
    String.raw`\\+[nrt]`,
    String.raw`\u001b\[[\d;]*[a-z]`,
    String.raw`[\s\u00ad\u200b-\u200f\u2060\ufeff]+`,
  ].join('|'),
  'gi',
);

/** An address within an address within JSON. */
const MOST_TIMES = 4;

/** Keeps the length, which case in some languages does not. */
export const inLowerCase = (text: string): string =>
  text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

export function decodedText(source: string): DecodedText {
  const starts = new Int32Array(source.length);
  for (let i = 0; i < starts.length; i++) starts[i] = i;
  const plain = inLowerCase(source);
  let decoded: DecodedText = {
    source,
    plain,
    text: plain,
    starts,
    ends: starts.map((start) => start + 1),
  };
  for (let time = 0; time < MOST_TIMES; time++) {
    const next = decodedOnce(decoded);
    if (!next) break;
    decoded = next;
  }
  return decoded;
}

/** @returns undefined where nothing is encoded */
function decodedOnce({ text, starts, ends, ...whole }: DecodedText): DecodedText | undefined {
  const found = [...text.matchAll(ENCODED)];
  if (found.length === 0) return undefined;
  const next = { starts: new Int32Array(text.length), ends: new Int32Array(text.length) };
  let decoded = '';
  let last = 0;
  const keep = (from: number, to: number) => {
    next.starts.set(starts.subarray(from, to), decoded.length);
    next.ends.set(ends.subarray(from, to), decoded.length);
    decoded += text.slice(from, to);
  };
  for (const match of found) {
    keep(last, match.index);
    last = match.index + match[0].length;
    const character = characterOf(match);
    if (character === '') continue;
    next.starts[decoded.length] = starts[match.index]!;
    next.ends[decoded.length] = ends[last - 1]!;
    decoded += character;
  }
  keep(last, text.length);
  const { length } = decoded;
  return {
    ...whole,
    text: inLowerCase(decoded),
    starts: next.starts.subarray(0, length),
    ends: next.ends.subarray(0, length),
  };
}

function characterOf([, percent, u, x, hex, decimal, name, slashed]: RegExpMatchArray): string {
  const digits = percent ?? u ?? x ?? hex;
  if (digits !== undefined) return String.fromCharCode(Number.parseInt(digits, 16));
  if (decimal !== undefined) return String.fromCharCode(Number(decimal));
  return name === undefined ? (slashed ?? '') : (NAMED[name] ?? '');
}
