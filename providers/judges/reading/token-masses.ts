import { bare, type Reading, readBeginning, readUnfinished, readWhole } from './labels.ts';

/** One position of a reply: the token that was generated there and the likeliest ones. */
export interface TokenPosition {
  token: string;
  logprob: number;
  alternatives: readonly { token: string; logprob: number }[];
}

export interface ChoiceMasses {
  /** Probability of each choice, summed over its spellings, in the order of the labels; sums to `coveredMass`. */
  masses: number[];
  /** Share of probability that lies on the choices, 0..1. */
  coveredMass: number;
  /** Probability, not covered, of replies that begin like several choices and were not followed to their end. */
  ambiguousMass: number;
}

/** How far the probabilities of one position may sum above 1 by rounding. */
const SUM_TOLERANCE = 0.01;

/**
 * The probability of each choice from the token probabilities of a reply.
 *
 * The generated tokens are one path; at each of its positions every other likely token branches off. A
 * branch belongs to the choice that its text is or unambiguously begins. A branch that is undecided
 * (a space, a quotation mark, a piece that begins several choices) is followed where it is the generated
 * one, with the probability of getting there; elsewhere it is the label that it equals, where the others
 * that it begins are other words, and otherwise its probability counts as not covered.
 *
 * @param isComplete whether the model ended the reply itself, so that `good` is not `good enough` cut off
 * @throws RangeError what came cannot be log probabilities
 */
export function choiceMasses(
  positions: readonly TokenPosition[],
  labels: readonly string[],
  isComplete = true,
): ChoiceMasses {
  const masses = labels.map(() => 0);
  let ambiguousMass = 0;
  const give = (choice: number | undefined, text: string, mass: number) => {
    if (choice !== undefined) masses[choice] = (masses[choice] as number) + mass;
    else if (beginsSeveral(text, labels)) ambiguousMass += mass;
  };
  const reply = positions.map(({ token }) => tokenText(token)).join('');
  let path = '';
  let pathProbability = 1;
  let isOpen = true;
  for (const position of positions) {
    let followed: number | undefined;
    for (const { token, probability } of branches(position)) {
      const isGenerated = token === position.token;
      const text = path + tokenText(token);
      const reading = readBeginning(text, labels);
      if (reading === 'undecided') {
        if (isGenerated) followed = (followed ?? 0) + probability;
        else give(readUnfinished(text, labels), text, pathProbability * probability);
        continue;
      }
      if (reading === 'other' || (isGenerated && !agrees(reading, reply, labels))) continue;
      give(reading.choice, text, pathProbability * probability);
    }
    isOpen = followed !== undefined;
    if (followed === undefined) break;
    path += tokenText(position.token);
    pathProbability *= followed;
  }
  if (isOpen) {
    const read = isComplete ? readWhole : readUnfinished;
    give(read(path, labels), path, pathProbability);
  }
  return {
    masses,
    coveredMass: masses.reduce((sum, mass) => sum + mass, 0),
    ambiguousMass,
  };
}

function beginsSeveral(text: string, labels: readonly string[]): boolean {
  const found = bare(text);
  return found !== '' && labels.filter((label) => bare(label).startsWith(found)).length > 1;
}

/** The tokens of one position with their probabilities, the generated one among them. */
function branches(position: TokenPosition): { token: string; probability: number }[] {
  const { token, logprob, alternatives } = position;
  const all = alternatives.some((alternative) => alternative.token === token)
    ? alternatives
    : [...alternatives, { token, logprob }];
  const list = all.map((entry) => ({
    token: entry.token,
    probability: Math.min(1, Math.exp(entry.logprob)),
  }));
  const sum = list.reduce((total, { probability }) => total + probability, 0);
  if (!(sum <= 1 + SUM_TOLERANCE)) {
    throw new RangeError(
      `the log probabilities of one token (${list
        .slice(0, 3)
        .map((entry, i) => `${JSON.stringify(entry.token)}: ${all[i]?.logprob}`)
        .join(', ')}, …) stand for probabilities that sum to ${sum}`,
    );
  }
  return list;
}

/**
 * Whether the generated reply as a whole still is the choice that its beginning was taken for: `po` may
 * have become `polar`, and `no` `nothing`.
 */
function agrees(
  reading: Exclude<Reading, string>,
  reply: string,
  labels: readonly string[],
): boolean {
  const whole = readBeginning(reply, labels);
  return whole !== 'other' && (whole === 'undecided' || whole.choice === reading.choice);
}

/** Byte-pair vocabularies write a leading space as `Ġ` or `▁`, a line break as `Ċ` or `<0x0A>`. */
const tokenText = (token: string): string =>
  token
    .replace(/^[Ġ▁]+/u, (marks) => ' '.repeat(marks.length))
    .replaceAll('Ċ', '\n')
    .replaceAll('<0x0A>', '\n');
