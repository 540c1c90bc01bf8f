import type { AnswerForm } from '../question.ts';

/** How sharply the simulated judge decides, and how far apart its levels lie, on the scale of impressions. */
const SHARPNESS = 1.5;
const SPREAD = 1.6;

/** Most steps of a scale that it uses: of 0 to 100 every fifth number. */
const STEPS = 20;

/** A reply that it may give, how good that calls the image (0 the worst, 1 the best), and how likely it is. */
export interface PossibleReply {
  text: string;
  place: number;
  probability: number;
}

/**
 * What it would reply, from the worst to the best: the choices in the order of their values, or numbers of
 * the scale. Ordered logits: whether it says at least this much is one decision at each step.
 *
 * @param impression 0 is neither good nor poor
 * @returns probabilities that sum to 1
 */
export function possibleReplies(form: AnswerForm, impression: number): PossibleReply[] {
  const replies = form.scale
    ? numbersOf(form.scale)
    : [...(form.choices ?? [])]
        .map(({ label, value }) => ({ text: label, place: value }))
        .sort((a, b) => a.place - b.place);
  const atLeast = replies.map(({ place }, i) => {
    const below = replies[i - 1]?.place;
    return below === undefined
      ? 1
      : logistic(SHARPNESS * (impression - SPREAD * logit((place + below) / 2)));
  });
  return replies.map((reply, i) => ({
    ...reply,
    probability: atLeast[i]! - (atLeast[i + 1] ?? 0),
  }));
}

/** The impression under which the better of two words has this probability. */
export const impressionFor = (probability: number): number => logit(probability) / SHARPNESS;

/**
 * Draws replies.
 *
 * @param uniform gives numbers of [0, 1)
 */
export function drawReplies(
  possible: readonly PossibleReply[],
  count: number,
  uniform: () => number,
): string[] {
  return Array.from({ length: count }, () => {
    let left = uniform();
    const drawn = possible.find(({ probability }) => {
      left -= probability;
      return left < 0;
    });
    // What rounding leaves belongs to the last one.
    return (drawn ?? possible.at(-1)!).text;
  });
}

function numbersOf({ min, max }: { min: number; max: number }): { text: string; place: number }[] {
  const range = max - min;
  const steps = Number.isInteger(range) ? Math.min(STEPS, range) : STEPS;
  // A range of one is answered with decimals.
  const count = steps === 1 ? STEPS : steps;
  return Array.from({ length: count + 1 }, (_, i) => {
    const number = min + (i / count) * range;
    return { text: String(Number(number.toFixed(6))), place: i / count };
  });
}

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
const logit = (p: number): number => Math.log(p / (1 - p));
