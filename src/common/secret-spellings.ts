/** How a secret may be spelt in a text, and taken out of it. */
export interface SpeltSecret {
  /** @returns the text with `[name]` in place of every spelling */
  takenFrom(text: string): string;
  /** The same, and in place of longer pieces that were cut off. */
  takenWithPiecesFrom(text: string): string;
}

/** In either alphabet. */
const BASE64_CHARACTER = /[A-Za-z0-9+/_-]/;
const BITS = { byte: 8, character: 6 };

/** Found by chance in no text, and of a key that much is no use to anybody. */
const PIECE_CHARACTERS = 10;
const SHORTEST_IN_PIECES = 16;

/**
 * The ways in which an endpoint may repeat a key: as it is, in other case, as JSON, HTML or part of an
 * address, in hexadecimal digits, or in base64, alone or with something around it (`:key`, `user:key`).
 */
export function spelt(name: string, secret: string): SpeltSecret {
  const plain = plainSpellings(secret);
  const twice = Buffer.from(secret).toString('base64');
  const encoded = [secret, twice].flatMap((text) =>
    [0, 1, 2].flatMap((before) => base64Within(Buffer.from(text), before)),
  );
  // In text without the secret, which nearly all is, this is all that is done.
  const signs = [...plain, ...encoded].map((text) => text.toLowerCase());
  const takenFrom = (text: string): string => {
    const lower = text.toLowerCase();
    if (!signs.some((sign) => lower.includes(sign))) return text;
    return without(without(text, plain, name), encoded, name, BASE64_CHARACTER);
  };
  const pieces = piecesOf(secret.trim());
  return {
    takenFrom,
    takenWithPiecesFrom: (text) => without(takenFrom(text), pieces, name, /[^\s"'`[\]]/),
  };
}

function plainSpellings(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const bytes = [...Buffer.from(secret)];
  const units = Array.from({ length: secret.length }, (_, i) => secret.charCodeAt(i));
  const html = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const texts = [
    secret,
    secret.replaceAll(/\s+/g, ' '),
    json,
    JSON.stringify(json).slice(1, -1),
    html,
    html.replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
    html.replaceAll('"', '&#34;').replaceAll("'", '&#39;'),
    html.replaceAll('"', '&quot;').replaceAll("'", '&#x27;'),
    encodeURIComponent(secret.toWellFormed()),
    // A proxy's address within an address.
    encodeURIComponent(encodeURIComponent(secret.toWellFormed())),
    encodeURI(secret.toWellFormed()),
    new URLSearchParams({ '': secret }).toString().slice(1),
    // As encoders do that leave fewer characters as they are, or none.
    bytes.map((byte) => percentEncoded(byte, /[A-Za-z0-9]/)).join(''),
    bytes.map((byte) => percentEncoded(byte, /[A-Za-z0-9._~-]/)).join(''),
    bytes.map((byte) => percentEncoded(byte, NOTHING)).join(''),
    Buffer.from(secret).toString('hex'),
    // Every character by its number, as JSON and HTML may write it.
    units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join(''),
    units.map((unit) => `\\\\u${unit.toString(16).padStart(4, '0')}`).join(''),
    units.map((unit) => `&#${unit};`).join(''),
    units.map((unit) => `&#x${unit.toString(16)};`).join(''),
  ];
  return [...new Set(texts)];
}

const NOTHING = /(?!)/;

function percentEncoded(byte: number, bare: RegExp): string {
  const character = String.fromCharCode(byte);
  return byte < 128 && bare.test(character) ? character : `%${byte.toString(16).padStart(2, '0')}`;
}

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

/** None of what may be an address or a path, whose pieces stand in other texts too. */
function piecesOf(text: string): string[] {
  if (text.length < SHORTEST_IN_PIECES || !/^[\w.~+=-]+$/.test(text)) return [];
  const count = text.length - PIECE_CHARACTERS + 1;
  return Array.from({ length: count }, (_, at) => text.slice(at, at + PIECE_CHARACTERS));
}

/** @param around characters that are taken out too where they stand around what is found */
function without(text: string, found: readonly string[], name: string, around?: RegExp): string {
  if (found.length === 0) return text;
  const pattern = new RegExp(found.map(escaped).join('|'), 'gi');
  const isTaken = (at: number) =>
    around !== undefined && at >= 0 && at < text.length && around.test(text.charAt(at));
  let cleaned = '';
  let end = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    let start = match.index;
    let next = match.index + match[0].length;
    while (start > end && isTaken(start - 1)) start -= 1;
    while (isTaken(next)) next += 1;
    cleaned += `${text.slice(end, start)}[${name}]`;
    end = next;
    pattern.lastIndex = end;
  }
  return end === 0 ? text : cleaned + text.slice(end);
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
