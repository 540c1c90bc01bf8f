import { type DecodedText, decodedText, inLowerCase } from './decoded-text.ts';

/** How a secret may be spelt in a text, and taken out of it. */
export interface SpeltSecret {
  /** @returns the text with `[name]` in place of every spelling */
  takenFrom(text: DecodedText): string;
  /** The same, and in place of longer pieces that were cut off. */
  takenWithPiecesFrom(text: DecodedText): string;
}

/** A part of a text: from `start` up to, not including, `end`. */
interface Place {
  start: number;
  end: number;
}

/** In either alphabet. */
const BASE64_CHARACTER = /[A-Za-z0-9+/_-]/;
const BITS = { byte: 8, character: 6 };

/** A word, as far as pieces of a key within it may be told from what stands around them. */
const WORD_CHARACTER = /[^\s"'`[\]]/;

/** Found by chance in no text, and of a key that much is no use to anybody. */
const PIECE_CHARACTERS = 10;
const PIECE_OF_BASE64 = 14;
const PIECE_OF_HEX = 20;
const SHORTEST_IN_PIECES = 16;

/** Shorter ones would be found in every text. */
const SHORTEST_DECODED = 6;

/**
 * The ways in which an endpoint may repeat a key: as it is, in other case, with characters encoded as JSON, HTML or
 * addresses do, broken into lines, in hexadecimal digits or numbers of bytes, or in base64, alone or with something
 * around it (`:key`, `user:key`).
 */
export function spelt(name: string, secret: string): SpeltSecret {
  const bytes = Buffer.from(secret);
  const base64 = [secret, bytes.toString('base64')].flatMap((text) =>
    [0, 1, 2].flatMap((before) => base64Within(Buffer.from(text), before)),
  );
  const hex = bytes.toString('hex');
  const asIs = inLowerCase(secret);
  const decoded = distinct([
    // Of characters beyond ASCII addresses hold the bytes, and forms hold a plus for a space.
    ...[
      secret,
      encodeURIComponent(secret.toWellFormed()),
      String(new URLSearchParams([['', secret]])).slice(1),
    ],
    ...[hex, hex.replace(/(..)(?!$)/g, '$1:'), [...bytes].join(',')],
  ]);
  const encoded = distinct(base64);
  let pieces: Pieces[] | undefined;
  const placesIn = (text: DecodedText): Place[] => [
    ...everyPlace(text.plain, asIs),
    ...decoded.flatMap((each) => inSource(text, everyPlace(text.text, each))),
    ...widened(
      text.source,
      encoded.flatMap((each) => inSource(text, everyPlace(text.text, each))),
      BASE64_CHARACTER,
    ),
  ];
  const takenFrom = (text: DecodedText) => without(text.source, placesIn(text), name);
  return {
    takenFrom,
    takenWithPiecesFrom(text) {
      pieces ??= piecesOf(secret, hex, base64);
      const cleaned = takenFrom(text);
      const rest = cleaned === text.source ? text : decodedText(cleaned);
      const places = pieces.flatMap((each) => inSource(rest, placesOfPieces(rest.text, each)));
      return without(cleaned, widened(cleaned, places, WORD_CHARACTER), name);
    },
  };
}

/** As they are found in a decoded text. */
const distinct = (texts: readonly string[]): string[] =>
  [...new Set(texts.map((text) => decodedText(text).text))].filter(
    ({ length }) => length >= SHORTEST_DECODED,
  );

/**
 * What base64, in both alphabets, makes of the bytes wherever they stand: without the characters that
 * depend on what stands before and behind them.
 *
 * @param before bytes before them, modulo 3
 */
function base64Within(bytes: Buffer, before: number): string[] {
  const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
  const first = Math.ceil((before * BITS.byte) / BITS.character);
  const last = Math.floor(((before + bytes.length) * BITS.byte) / BITS.character);
  const within = text.slice(first, last);
  return [...new Set([within, within.replaceAll('+', '-').replaceAll('/', '_')])];
}

/** All texts of one length that a spelling holds. */
interface Pieces {
  length: number;
  texts: ReadonlySet<string>;
  /** By two characters that follow one another: whether one of the texts holds them. Most places are told by that. */
  pairs: Uint8Array;
}

/** Of the characters at `at` and behind it. */
const pairAt = (text: string, at: number): number =>
  ((text.charCodeAt(at) & 0xff) << 8) | (text.charCodeAt(at + 1) & 0xff);

/** None of what may be an address or a path, whose pieces stand in other texts too. */
function piecesOf(secret: string, hex: string, base64: readonly string[]): Pieces[] {
  const text = secret.trim();
  // Keys of 40 random characters in base64 hold slashes, too.
  const isRandom = /^(?=.*\d)(?=.*[a-z])(?=.*[A-Z])[\w+=-][\w+/=-]{31,}$/.test(text);
  if (text.length < SHORTEST_IN_PIECES || !(isRandom || /^[\w.~+=-]+$/.test(text))) return [];
  return [
    cutTo(PIECE_CHARACTERS, [text]),
    cutTo(PIECE_OF_BASE64, base64),
    cutTo(PIECE_OF_HEX, [hex]),
  ];
}

function cutTo(length: number, texts: readonly string[]): Pieces {
  const pieces = texts
    .map(inLowerCase)
    .flatMap((text) =>
      Array.from({ length: Math.max(0, text.length - length + 1) }, (_, at) =>
        text.slice(at, at + length),
      ),
    );
  const pairs = new Uint8Array(0x10000);
  for (const piece of pieces) {
    for (let at = 0; at + 1 < length; at++) pairs[pairAt(piece, at)] = 1;
  }
  return { length, texts: new Set(pieces), pairs };
}

function placesOfPieces(text: string, { length, texts, pairs }: Pieces): Place[] {
  const places: Place[] = [];
  if (texts.size === 0) return places;
  let likely = 0;
  for (let end = 2; end <= text.length; end++) {
    likely = pairs[pairAt(text, end - 2)] === 1 ? likely + 1 : 0;
    const start = end - length;
    if (likely >= length - 1 && texts.has(text.slice(start, end))) places.push({ start, end });
  }
  return places;
}

function everyPlace(text: string, found: string): Place[] {
  const places: Place[] = [];
  for (let start = text.indexOf(found); start >= 0; start = text.indexOf(found, start + 1)) {
    places.push({ start, end: start + found.length });
  }
  return places;
}

const inSource = ({ starts, ends }: DecodedText, places: readonly Place[]): Place[] =>
  places.map(({ start, end }) => ({ start: starts[start]!, end: ends[end - 1]! }));

/** With the characters that stand around each place. */
const widened = (text: string, places: readonly Place[], around: RegExp): Place[] =>
  places.map(({ start, end }) => {
    let [first, next] = [start, end];
    while (first > 0 && around.test(text.charAt(first - 1))) first -= 1;
    while (next < text.length && around.test(text.charAt(next))) next += 1;
    return { start: first, end: next };
  });

function without(text: string, places: readonly Place[], name: string): string {
  let cleaned = '';
  let end = 0;
  for (const place of [...places].sort((a, b) => a.start - b.start || b.end - a.end)) {
    // Several spellings of one place are one.
    if (place.start >= end) cleaned += `${text.slice(end, place.start)}[${name}]`;
    end = Math.max(end, place.end);
  }
  return places.length === 0 ? text : cleaned + text.slice(end);
}
