import { ownSpan, ownWords, unescaped } from './own-words.ts';
import { tokenEnds, unfinishedBytes } from './token-text.ts';

/** Where among the tokens of a reply those of its answer stand. */
export type AnswerPlace =
  /**
   * From the one index up to, not including, the other; the last one is that which ends the answer, where
   * it is listed. `all`: they spell the whole answer.
   */
  | { from: number; to: number; all: boolean; spelled?: undefined }
  /** Nowhere: what they spell instead. */
  | { spelled: string };

/** What neither answers nor makes an answer another one. */
const MARKS_ONLY = /^[\p{P}\p{S}]*$/u;

/**
 * Finds the tokens that spell a reply's own words. Servers with a reasoning parser list the reasoning's
 * tokens too, others list a beginning that the content repeats or does not; probabilities of any other
 * place are those of something else.
 *
 * @param content the reply's content as it came
 * @param names the tokens of the reply
 * @param begun how the reply was begun
 * @param reasoning what the reply holds beside its content, empty where it does not show it; undefined: none
 */
export function answerPlace(
  content: string,
  names: readonly string[],
  begun: string | undefined,
  reasoning: string | undefined,
): AnswerPlace {
  const answer = compact(ownWords(content, begun));
  const { text, ends } = tokenEnds(names);
  const span = ownSpan(text, begun);
  const spelled = compact(text.slice(span.start, span.end));
  const from = wholeCharacter(names, firstOwn(text, ends, span.start));
  const last = ends.findIndex((end) => end >= span.end);
  const place = { from, to: Math.min(last + 2, names.length), all: true };
  if (answer !== '' && spelled !== '' && from >= 0) {
    if (beginsWith(spelled, answer) && !splits(text, ends, from, span.start)) return place;
    // Some servers list the first tokens only.
    if (answer.startsWith(spelled) && !splits(text, ends, from, span.start)) {
      return { ...place, all: MARKS_ONLY.test(answer.slice(spelled.length)) };
    }
    // Some list the reasoning's tokens alone, whose last words may be those of the answer.
    const isAllReasoning = compact(reasoning ?? '').endsWith(spelled);
    if (reasoning !== undefined && !isAllReasoning && spelled.endsWith(answer)) {
      for (let start = last; start >= from; start--) {
        const tail = compact(text.slice(start === 0 ? 0 : ends[start - 1], span.end));
        if (tail === answer) return { ...place, from: wholeCharacter(names, start) };
        if (tail.length > answer.length) break;
      }
    }
  }
  return { spelled: text };
}

/**
 * The first token of what begins at `start`: a space or a line break before the answer is a token that the model
 * may have left out, and has its probability. One that has run together with what ends the reasoning is no such
 * token.
 */
const firstOwn = (text: string, ends: readonly number[], start: number): number =>
  ends.findIndex(
    (end, i) =>
      end > start &&
      ((i === 0 ? 0 : ends[i - 1]!) >= start || text.slice(start, end).trim() !== ''),
  );

/** The first of the tokens that together spell the character which the token at `index` ends. */
function wholeCharacter(names: readonly string[], index: number): number {
  let first = index;
  while (first > 0 && unfinishedBytes(names.slice(0, first)).length > 0) first -= 1;
  return first;
}

/**
 * A text without what content and tokens may differ in. Of half a character, which the reply then leaves, the content
 * has a replacement character and a token its bytes.
 */
export const compact = (text: string): string =>
  unescaped(text.normalize('NFC')).replace(/[\s\u200b\ufeff\ufffd]+/g, '');

const beginsWith = (text: string, beginning: string): boolean =>
  text.startsWith(beginning) && MARKS_ONLY.test(text.slice(beginning.length));

/** Whether the first token holds words that are no part of the answer. */
function splits(text: string, ends: readonly number[], from: number, start: number): boolean {
  const begin = from === 0 ? 0 : ends[from - 1]!;
  return /[\p{L}\p{N}]/u.test(text.slice(begin, start));
}
