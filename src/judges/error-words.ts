import { stripVTControlCharacters } from 'node:util';

/** Deeper than any body that is an error's, a router's around the vendor's included. */
const DEEPEST = 12;

/** Where servers put their words, the most telling first. */
const FIELDS = [
  'message',
  'error',
  'errors',
  'detail',
  'details',
  'msg',
  'error_msg',
  'status_msg',
  'base_resp',
  'error_description',
  'error_message',
  'errorMessage',
  'description',
  'reason',
  'title',
  'fault',
  'faultstring',
] as const;

/** In place of a kind of error; then the whole body says more. */
const SAYS_NOTHING = /^(error|fail(ed|ure)?|\d*)$/i;

/** What a router got from the vendor behind it. */
const BEHIND = ['raw', 'metadata', 'cause', 'inner', 'innererror'] as const;

/**
 * The words of an error's body, whichever shape it has: `{error: {message}}`, `{error: 'text'}`,
 * `{detail: [{loc, msg}]}`, a list, JSON within a text, a web page, plain text.
 *
 * @param body parsed JSON, or the text as it came
 * @returns undefined where it says nothing
 */
export function errorWords(body: unknown): string | undefined {
  const words = [...new Set(collect(body, 0))].filter((text) => text !== '').join(': ');
  return words === '' ? undefined : words;
}

function collect(value: unknown, depth: number): string[] {
  if (depth > DEEPEST || value === null || value === undefined) return [];
  if (typeof value === 'string') return value.trim() === '' ? [] : inText(value, depth);
  if (Array.isArray(value)) {
    const each = value.flatMap((item) => collect(item, depth + 1).join(': ') || []);
    return each.length > 0 ? [each.join('; ')] : [];
  }
  if (typeof value !== 'object') return [];
  const fields = inLowerCase(value);
  const own = FIELDS.map((field) =>
    field === 'errors' ? inErrors(fields.errors, depth + 1) : collect(fields[field], depth + 1),
  ).find((words) => words.length > 0);
  const place = Array.isArray(fields.loc) ? [fields.loc.join('.')] : [];
  const behind = BEHIND.flatMap((field) => collect(fields[field], depth + 1));
  if (own) return [...place, ...withParameter(own, fields.param), ...behind];
  if (behind.length > 0) return behind;
  const kind = [fields.code, fields.type, fields.status].find(
    (each) => typeof each === 'string' && !SAYS_NOTHING.test(each),
  );
  return depth > 0 && typeof kind === 'string' ? [kind] : [];
}

/** OpenAI names apart what the message is about: `'none' is not supported with this model`, of `reasoning.effort`. */
function withParameter(own: readonly string[], param: unknown): readonly string[] {
  const isNew =
    typeof param === 'string' &&
    /^[\w.[\]-]+$/.test(param) &&
    !own
      .join(' ')
      .split(/[^\w.[\]-]+|\.(?:\s|$)/)
      .includes(param);
  return isNew ? [...own.slice(0, -1), `${own.at(-1)} (param: ${param})`] : own;
}

/** Amazon's and Microsoft's interfaces write `Message`. */
const inLowerCase = (value: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, field]) => [name.charAt(0).toLowerCase() + name.slice(1), field]),
  );

/** A list, or an object of what is wrong by the name of the field: `{messages: ['must not be empty']}`. */
function inErrors(errors: unknown, depth: number): string[] {
  const words = collect(errors, depth);
  if (words.length > 0 || typeof errors !== 'object' || errors === null) return words;
  const each = Object.entries(errors).flatMap(([name, field]) => {
    const said = collect(field, depth + 1);
    return said.length > 0 ? [`${name}: ${said.join(': ')}`] : [];
  });
  return each.length > 0 ? [each.join('; ')] : [];
}

function inText(text: string, depth: number): string[] {
  const trimmed = text.trim();
  if (/^[{[]/.test(trimmed)) {
    try {
      const words = collect(JSON.parse(trimmed), depth + 1);
      if (words.length > 0) return words;
    } catch {
      // Text that happens to begin like JSON.
    }
  }
  return [isPage(trimmed) ? textOfPage(trimmed) : trimmed];
}

const isPage = (text: string): boolean => /^<(?:!doctype|html|head|body|\?xml)/i.test(text);

/** The words of a web page or of XML: its heading and text, without scripts and styles. */
const textOfPage = (page: string): string =>
  page
    .replace(/<(script|style|svg)\b[\s\S]*?<\/\1>|<!--[\s\S]*?-->/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&nbsp;/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;|&apos;/g, "'")
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
    .trim();

/** On one line and without what would steer a terminal or turn the direction of writing. */
export const oneLine = (words: string): string =>
  stripVTControlCharacters(words)
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\p{Bidi_C}\u200b\ufeff]/gu, '')
    .trim();
