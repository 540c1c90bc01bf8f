import { cleanError } from './cleaned-error.ts';
import { type DecodedText, decodedText } from './decoded-text.ts';
import { configuredSecrets, SECRET_NAME, usedKeyVariables } from './known-secrets.ts';
import { type SpeltSecret, spelt } from './secret-spellings.ts';

/** Shorter values are no keys, and would be found in every text. */
const MIN_SECRET_LENGTH = 8;

/** What a judge sends as its key, as `sk-1234`, the one in LiteLLM's manual; not what stands for none, as `ollama`. */
const SHORT_KEY = /^(?=.*\d)(?=.*[a-z]).{6,}$/i;

/**
 * Takes keys out of what a vendor said, so that they reach neither rows nor logs nor the store: some
 * endpoints put the key that they refuse into their message. A key is found as it is configured and as
 * it is sent (without spaces and line breaks around it), in any case, and in the encodings of
 * `spelt`. Call it before a text is shortened: only errors are cleaned of pieces of a key.
 *
 * @param value an error, which is changed in place as `cleanError` says, or a JSON value
 * @param environment keys come from here alone, apart from those that a configuration holds by name
 */
export function withoutSecrets<Value>(value: Value, environment = process.env): Value {
  const secrets = environment === process.env ? ownSecrets() : secretsIn(environment);
  if (secrets.length === 0) return value;
  if (value instanceof Error) {
    cleanError(value, (text) => cleanWords(text, secrets));
    return value;
  }
  if (typeof value === 'string') return cleanText(value, secrets) as Value;
  const json = JSON.stringify(value);
  if (json === undefined || cleanText(json, secrets) === json) return value;
  return eachText(JSON.parse(json), (text) => cleanText(text, secrets)) as Value;
}

/** A JSON value with other texts, names of fields included. */
function eachText(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((each) => eachText(each, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [change(name), eachText(field, change)]),
  );
}

const cleanText = (text: string, secrets: readonly SpeltSecret[]): string =>
  taken(text, secrets, (secret, from) => secret.takenFrom(from));

/** Errors quote pieces: `Unexpected token 's', "sk-proj-12"... is not valid JSON`. */
const cleanWords = (text: string, secrets: readonly SpeltSecret[]): string =>
  taken(text, secrets, (secret, from) => secret.takenWithPiecesFrom(from));

function taken(
  text: string,
  secrets: readonly SpeltSecret[],
  take: (secret: SpeltSecret, from: DecodedText) => string,
): string {
  let current = decodedText(text);
  for (const secret of secrets) {
    const cleaned = take(secret, current);
    if (cleaned !== current.source) current = decodedText(cleaned);
  }
  return current.source;
}

/** The longest first, so that a key that begins like another is not left with its end. */
function secretsIn(environment: NodeJS.ProcessEnv): SpeltSecret[] {
  const found = new Map<string, string>();
  const add = (name: string, value: string) => {
    // As it is sent: in what was configured with a space or a line break around it, it stands too.
    const key = value.trim();
    const isKey =
      key.length >= MIN_SECRET_LENGTH || (usedKeyVariables().has(name) && SHORT_KEY.test(key));
    if (isKey && !found.has(key)) found.set(key, name);
  };
  for (const [name, value = ''] of Object.entries(environment)) {
    if (SECRET_NAME.test(name) || usedKeyVariables().has(name)) add(name, value);
    else for (const part of secretsInUrl(value)) add(name, part);
  }
  for (const [value, field] of configuredSecrets()) add(field, value);
  return [...found]
    .sort(([a], [b]) => b.length - a.length)
    .map(([value, name]) => spelt(name, value));
}

/** What an address holds that lets its owner in: `http://user:password@proxy`, `?key=…`. */
function secretsInUrl(text: string): string[] {
  if (!/^\s*\w+:\/\//.test(text) || !URL.canParse(text.trim())) return [];
  const url = new URL(text.trim());
  const named = [...url.searchParams].filter(([name]) => /key|token|secret|sig|pass/i.test(name));
  return [url.password, decoded(url.password), ...named.map(([, value]) => value)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Reading the environment takes longer than all the rest, and it hardly ever changes. */
const REMEMBERED_MS = 1000;
let own = { secrets: [] as SpeltSecret[], known: -1, readMs: 0 };

function ownSecrets(): SpeltSecret[] {
  const known = usedKeyVariables().size + configuredSecrets().size;
  const nowMs = performance.now();
  if (own.known !== known || nowMs - own.readMs > REMEMBERED_MS) {
    own = { secrets: secretsIn(process.env), known, readMs: nowMs };
  }
  return own.secrets;
}
