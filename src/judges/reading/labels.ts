import { oneSpelling, oneWidth } from './one-spelling.ts';

/**
 * How a reply stands for a choice. Labels do not arrive clean: ` good`, `Good`, `"good".` and, in
 * pieces, `po` + `or` all occur.
 */

/** What may stand around a word without being part of it: spaces, quotation marks, markup, punctuation. */
const AROUND = String.raw`[\s\p{P}\p{S}\p{Cf}]`;
const BEFORE = new RegExp(`^${AROUND}+`, 'u');
const AFTER = new RegExp(`${AROUND}+$`, 'u');
const WORD_CHARACTER = /^[\p{L}\p{N}\p{M}]/u;

/** In these scripts a token that goes on with a letter goes on with the same word. */
const SPACED_LETTER = /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]/u;

/** A prefix that is itself a word ("a", "I") begins any sentence. */
const ONE_LETTER_WORDS: readonly string[] = ['a', 'i'];

const known = new WeakMap<readonly string[], readonly string[]>();

function bareLabels(labels: readonly string[]): readonly string[] {
  const targets = known.get(labels) ?? labels.map(bare);
  known.set(labels, targets);
  return targets;
}

/** Whether a text is a number and nothing else but what may stand around it. */
export const isNumber = (text: string): boolean => /^\d+$/.test(bare(text));

/**
 * The labels that `text` is or begins.
 *
 * @returns their indices; none for a text without words
 */
export function begunBy(text: string, labels: readonly string[]): number[] {
  const found = bare(text);
  if (found === '') return [];
  return bareLabels(labels).flatMap((target, index) => (target.startsWith(found) ? [index] : []));
}

const largestNumbers = new WeakMap<readonly string[], number>();

/** The largest of labels that are all whole numbers; undefined: they are not. */
function largestOf(labels: readonly string[]): number | undefined {
  const before = largestNumbers.get(labels);
  const largest =
    before ?? (labels.every(isNumber) ? Math.max(...labels.map((each) => Number(bare(each)))) : -1);
  largestNumbers.set(labels, largest);
  return largest < 0 ? undefined : largest;
}

/** `07` */
const LEADING_ZERO = /^0(\d)$/;

/** Whether a reply of `0` so far may become `07`. */
export const mayLeadZero = (text: string, labels: readonly string[]): boolean =>
  bare(text) === '0' && (largestOf(bareLabels(labels)) ?? 0) >= 10;

const NUMBER = /^[^\p{L}\p{N}]*?([-−.]?)(\d+)(.*)$/su;
const GOES_ON = /^[.,]\d|^[\s*_]*(?:[-−–—~]|(?:to|or|and)\b)[\s*_]*\d/u;
const OUT_OF =
  /^[\s*_]*(?:(?:points?|stars?)\s*)?[([]?[\s*_]*(?:\/|(?:out\s+)?of|on\s+a\s+scale\s+(?:of|from)(?:\s+\d+\s*(?:[-−–—]|to))?)[\s*_]*(\d+)/iu;
const PERCENT = /^[\s*_]*[%％]/u;

/**
 * Whether a reply to a question for whole numbers says what none of them is: a sign or decimals (`-5`,
 * `7.5`), two numbers (`70-80`), one of another scale (`7/10` or `7 of 10` where the numbers end at 100, `70%` where they
 * do not).
 */
export function isAnotherNumber(reply: string, labels: readonly string[]): boolean {
  const largest = largestOf(labels);
  if (largest === undefined) return false;
  const found = NUMBER.exec(oneWidth(reply));
  if (!found) return false;
  const [, sign, , rest = ''] = found;
  const scale = OUT_OF.exec(rest)?.[1];
  const isOfAnotherScale =
    (scale !== undefined && Number(scale) !== largest) || (PERCENT.test(rest) && largest !== 100);
  return sign !== '' || GOES_ON.test(rest) || isOfAnotherScale;
}

/** What the text of a reply so far says about the choice it makes. */
export type Reading =
  /** The index of the one choice that it is, or that it begins. `whole`: the label is complete. */
  | { choice: number; whole: boolean }
  /** Nothing yet but spaces and marks, or the beginning of several choices. */
  | 'undecided'
  /** Something else. */
  | 'other';

const begun = (text: string): string => oneSpelling(text).replace(BEFORE, '');

/** A label or a reply in the form in which the two are compared: in one spelling, without what stands around. */
export const bare = (text: string): string => begun(text).replace(AFTER, '');

/**
 * Reads the beginning of a reply.
 *
 * @param text the tokens so far, joined
 * @param unfinished the first bytes of the character that follows `text`
 */
export function readBeginning(
  text: string,
  labels: readonly string[],
  unfinished: Uint8Array = NO_BYTES,
): Reading {
  if (unfinished.length > 0) return readBytes(text, unfinished, labels);
  const found = bare(text);
  if (found === '') return 'undecided';
  const targets = bareLabels(labels);
  if (isAnotherNumber(text, targets)) return 'other';
  const digit = largestOf(targets) === undefined ? undefined : LEADING_ZERO.exec(found)?.[1];
  if (digit !== undefined) {
    const choice = targets.indexOf(digit);
    return choice < 0 ? 'other' : { choice, whole: true };
  }
  // What stands after a word ends it, unless a longer label goes on with just that: `no.`, `good enough`.
  const started = begun(text);
  const possible = targets.flatMap((target, index) =>
    target === found || target.startsWith(started) ? [index] : [],
  );
  const [only] = possible;
  if (possible.length === 1 && only !== undefined) {
    const whole = targets[only] === found;
    return whole || !ONE_LETTER_WORDS.includes(found) ? { choice: only, whole } : 'undecided';
  }
  if (possible.length > 1) return 'undecided';
  const choice = wholeWordAtBeginning(found, targets);
  return choice === undefined ? 'other' : { choice, whole: true };
}

const NO_BYTES = new Uint8Array();

/** Not in one spelling: half a character has no other. */
const asBytes = (text: string): Buffer =>
  Buffer.from(text.normalize('NFC').toLowerCase().replace(BEFORE, ''));

function readBytes(text: string, unfinished: Uint8Array, labels: readonly string[]): Reading {
  const bytes = Buffer.concat([asBytes(text), unfinished]);
  const possible = labels.flatMap((label, index) =>
    asBytes(label).subarray(0, bytes.length).equals(bytes) ? [index] : [],
  );
  if (possible.length > 1) return 'undecided';
  return possible[0] === undefined ? 'other' : { choice: possible[0], whole: false };
}

/**
 * Reads the beginning of a reply that nothing more is known of, where `readBeginning` leaves it open.
 *
 * @returns the label that it is, if every longer one that it begins is another word (`no`, `not sure`)
 *   and not this one with more to come (`good`, `good enough`; `1`, `10`)
 */
export function readUnfinished(text: string, labels: readonly string[]): number | undefined {
  const found = bare(text);
  const targets = labels.map(bare);
  const isAnotherWord = targets.every(
    (target) =>
      target === found ||
      !target.startsWith(found) ||
      SPACED_LETTER.test(target.slice(found.length)),
  );
  const index = targets.indexOf(found);
  return index >= 0 && isAnotherWord ? index : undefined;
}

/**
 * Reads a whole reply strictly: it has to be one of the labels and nothing else, spelt in any case and
 * with any marks around it.
 *
 * @returns the index of the choice, or undefined
 */
export function readWhole(text: string, labels: readonly string[]): number | undefined {
  const found = bare(text);
  const index = labels.findIndex((label) => bare(label) === found);
  return index === -1 ? undefined : index;
}

/** Whether a reply that was cut off may have been going to be a longer label: `good enough`, or `not sure` for `no`. */
export function mayGoOn(text: string, labels: readonly string[]): boolean {
  const found = bare(text);
  return labels.map(bare).some((target) => target !== found && target.startsWith(found));
}

/**
 * Whether a reply begins with one label and names another one after it, as `Good light, but noisy: poor`
 * does: then its beginning need not be its answer.
 */
export function namesAnother(text: string, labels: readonly string[]): boolean {
  const found = bare(text);
  const targets = bareLabels(labels);
  const first = wholeWordAtBeginning(found, targets);
  if (first === undefined) return false;
  const after = found.slice(targets[first]!.length);
  const rest = isNumber(targets[first]!) ? after.replace(OUT_OF, '') : after;
  return targets.some(
    (target, i) =>
      i !== first &&
      new RegExp(`(?<![\\p{L}\\p{N}])${escaped(target)}(?![\\p{L}\\p{N}])`, 'u').test(rest),
  );
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');

/** The longest label that `text` begins with as a word of its own, as in `good quality`. */
function wholeWordAtBeginning(text: string, targets: readonly string[]): number | undefined {
  return targets
    .map((target, index) => ({ target, index }))
    .filter(
      ({ target }) => text.startsWith(target) && !WORD_CHARACTER.test(text.slice(target.length)),
    )
    .sort((a, b) => b.target.length - a.target.length)[0]?.index;
}
