import {
  bare,
  begunBy,
  isAnotherNumber,
  isNumber,
  mayLeadZero,
  type Reading,
  readBeginning,
  readUnfinished,
  readWhole,
} from './labels.ts';
import { isEndToken } from './own-words.ts';
import { joinedText, tokenText, unfinishedBytes } from './token-text.ts';

/** One position of a reply: the token that was generated there and the likeliest ones. */
export interface TokenPosition {
  token: string;
  /** Left out where the endpoint does not say, or says that it cannot be. */
  logprob?: number | undefined;
  /** Those whose probability the endpoint says. */
  alternatives: readonly { token: string; logprob: number }[];
}

export interface ChoiceMasses {
  /** Probability of each choice, summed over its spellings, in the order of the labels; sums to `coveredMass`. */
  masses: number[];
  /** Share of probability that lies on the choices, 0..1. */
  coveredMass: number;
  /**
   * Replies that begin like several choices and were not followed to their end, or that may have ended as a
   * choice from which the generated reply goes on: not covered.
   */
  open: OpenBranch[];
  /**
   * The most that a token can have which no list names: what a list leaves over, and no more than its least
   * likely token has.
   */
  unlistedMass: number;
}

/** The beginning of a reply that is not known to its end. */
export interface OpenBranch {
  /** As the model writes it, leading space included. */
  text: string;
  mass: number;
  /** Indices of the choices that it may become; one alone is the choice as which it may have ended. */
  choices: number[];
}

/** How far the probabilities of one position may sum above 1 by rounding. */
const SUM_TOLERANCE = 0.01;

/** Largest probability that may lie nowhere known where that of the generated token is not known. */
const MAX_UNKNOWN = 0.05;

/** One token listed twice has the same log probability each time, but for rounding. */
const SAME_LOGPROB = 1e-4;

/**
 * The probability of each choice from the token probabilities of a reply.
 *
 * The generated tokens are one path; at each of its positions every other likely token branches off. A
 * branch belongs to the choice that its text is or unambiguously begins. A branch that is undecided
 * (a space, a quotation mark, a piece that begins several choices) is followed where it is the generated
 * one, with the probability of getting there; elsewhere it is the label that it equals, where the others
 * that it begins are other words, and otherwise it stays open and its probability counts as not covered.
 * `1` may become `10`, unless the vocabulary writes that as one token, as a list that holds both shows. That the
 * reply ended as `good` does not say how often it would have gone on to `good enough`: the list behind it does.
 *
 * @param reply the reply's words, where the positions are only the first of its tokens
 * @param after the beginning of the reply that the positions go on from, and its probability
 * @throws RangeError what came cannot be log probabilities
 */
export function choiceMasses(
  positions: readonly TokenPosition[],
  labels: readonly string[],
  reply = joinedText(positions.map(({ token }) => token)),
  after: Pick<OpenBranch, 'text' | 'mass'> = { text: '', mass: 1 },
): ChoiceMasses {
  const masses = labels.map(() => 0);
  const open: OpenBranch[] = [];
  let unlistedMass = 0;
  const give = (choice: number | undefined, text: string, mass: number) => {
    if (choice !== undefined) masses[choice] = masses[choice]! + mass;
    else {
      const choices = begunBy(text, labels);
      if (choices.length > 1) open.push({ text, mass, choices });
    }
  };
  const leave = (choice: number | undefined, mass: number) => {
    if (choice !== undefined && mass > 0) {
      open.push({ text: joinedText(path), mass, choices: [choice] });
    }
  };
  const path: string[] = after.text === '' ? [] : [after.text];
  let pathProbability = after.mass;
  let isOpen = true;
  /** Whether the path is known to have ended, and not to be a part of a longer choice. */
  let isWhole = false;
  /** The choice that the path has come to and that the reply goes away from. */
  let left: number | undefined;
  for (const position of positions) {
    let followed: number | undefined;
    const list = branches(position);
    const text = joinedText(path);
    const atEnd = pathProbability * unlistedEnd(list);
    // A short word that ends is one, as where it is not generated.
    const short = left === undefined ? readUnfinished(text, labels) : undefined;
    if (short !== undefined) give(short, text, atEnd);
    else leave(left ?? readWhole(text, labels), atEnd);
    left = undefined;
    unlistedMass += pathProbability * mostUnlisted(list);
    for (const { token, probability, isGenerated } of list) {
      const names = [...path, token];
      const text = joinedText(names);
      const reading = readBeginning(text, labels, unfinishedBytes(names));
      if (reading === 'undecided') {
        const isEnded = tokenText(token) === '' || isOneToken(text, path, list, labels);
        const read = isEnded ? readWhole : readUnfinished;
        if (isGenerated) {
          followed = (followed ?? 0) + probability;
          isWhole = isEnded;
        } else give(read(text, labels), text, pathProbability * probability);
        continue;
      }
      // Rare where it is not generated, and then read as 0.
      if (isGenerated && tokenText(token) !== '' && mayLeadZero(text, labels)) {
        followed = (followed ?? 0) + probability;
        continue;
      }
      if (reading === 'other') continue;
      // How likely it was to end here, or to go on to the choice, the next position says.
      if (isGenerated && !agrees(reading, reply, labels)) {
        followed = (followed ?? 0) + probability;
        left = reading.choice;
        continue;
      }
      give(reading.choice, text, pathProbability * probability);
    }
    isOpen = followed !== undefined;
    if (followed === undefined) break;
    path.push(position.token);
    pathProbability *= followed;
  }
  if (isOpen && left !== undefined) leave(left, pathProbability);
  else if (isOpen) {
    const text = joinedText(path);
    const read = isWhole ? readWhole : readUnfinished;
    give(read(text, labels), text, pathProbability);
  }
  return {
    masses,
    coveredMass: masses.reduce((sum, mass) => sum + mass, 0),
    open,
    unlistedMass,
  };
}

/**
 * How likely a reply that had come to a choice was to go on to something else (`7` to `7.5`, `good` to `good
 * light, but poor`), at the choice from which the generated one does; of a number that was none from the first on
 * (`-5`), how likely that was.
 *
 * @param after the beginning of the reply that the positions go on from; going on from it counts
 * @returns undefined where the tokens end before that
 */
export function shareGoingOn(
  positions: readonly TokenPosition[],
  labels: readonly string[],
  after = '',
): number | undefined {
  const path: string[] = after === '' ? [] : [after];
  let choice = after === '' ? undefined : (readWhole(after, labels) ?? -1);
  let share = 0;
  let pathProbability = 1;
  for (const position of positions) {
    let followed = 0;
    for (const { token, probability, isGenerated } of branches(position)) {
      const text = joinedText([...path, token]);
      const isElsewhere = goesOn(text, labels);
      if (isElsewhere && choice !== undefined) share += pathProbability * probability;
      if (!isGenerated) continue;
      followed += probability;
      if (isElsewhere && choice === undefined && isAnotherNumber(text, labels)) {
        share = pathProbability * followed;
      }
    }
    path.push(position.token);
    pathProbability *= followed;
    const text = joinedText(path);
    if (goesOn(text, labels)) return share;
    const found = readWhole(text, labels);
    if (found === undefined || found === choice) continue;
    choice = found;
    share = 0;
    pathProbability = 1;
  }
  return undefined;
}

/** Whether what a reply says so far is no choice and begins none, or is more than one. */
function goesOn(text: string, labels: readonly string[]): boolean {
  const reading = readBeginning(text, labels);
  if (typeof reading === 'string') return reading === 'other';
  return reading.whole && readWhole(text, labels) === undefined;
}

/**
 * How far the expected value of what is covered may be from that of all that may be a choice, whatever the
 * open branches become: as a share of the range of the values.
 *
 * @param values of the choices
 * @returns 0 where nothing is open; infinite where nothing is covered
 */
export function possibleShift(
  { masses, open }: Pick<ChoiceMasses, 'masses' | 'open'>,
  values: readonly number[],
): number {
  if (open.length === 0) return 0;
  const covered = masses.reduce((sum, mass) => sum + mass, 0);
  if (covered === 0) return Number.POSITIVE_INFINITY;
  const sum = masses.reduce((total, mass, i) => total + mass * values[i]!, 0);
  const all = open.reduce((total, { mass }) => total + mass, covered);
  const ends = [Math.min, Math.max].map(
    (end) =>
      open.reduce(
        (total, { mass, choices }) => total + mass * end(...choices.map((i) => values[i]!)),
        sum,
      ) / all,
  );
  const range = Math.max(...values) - Math.min(...values);
  return Math.max(...ends.map((end) => Math.abs(end - sum / covered))) / range;
}

/**
 * Whether a list shows that the vocabulary has longer numbers as one token; then a number that goes on is
 * written so. Vocabularies have all numbers of two digits, or none.
 */
function isOneToken(
  text: string,
  path: readonly string[],
  list: readonly Branch[],
  labels: readonly string[],
): boolean {
  if (!isNumber(text)) return false;
  const found = bare(text);
  return list.some(({ token }) => {
    const longer = bare(joinedText([...path, token]));
    const isLonger = longer.length > found.length && isNumber(longer);
    const isAlike = longer.startsWith(found) || found.length === 1;
    return isLonger && isAlike && begunBy(longer, labels).length > 0;
  });
}

/** How likely the reply was to end there, at most, where a list does not say: some endpoints list the end of a reply nowhere. */
function unlistedEnd(list: readonly Branch[]): number {
  if (list.some(({ token }) => isEndToken(tokenText(token)))) return 0;
  const rest = 1 - list.reduce((sum, { probability }) => sum + probability, 0);
  return rest > SUM_TOLERANCE ? rest : 0;
}

function mostUnlisted(list: readonly Branch[]): number {
  const listed = list.reduce((sum, { probability }) => sum + probability, 0);
  const least = Math.min(...list.map(({ probability }) => probability));
  return Math.max(0, Math.min(1 - listed, least));
}

interface Branch {
  token: string;
  probability: number;
  isGenerated: boolean;
}

/** The tokens of one position with their probabilities, each once, the generated one among them. */
function branches({ token, logprob, alternatives }: TokenPosition): Branch[] {
  const listed = alternatives.filter(
    (entry, i) => !alternatives.slice(0, i).some((other) => isSame(entry, other)),
  );
  const isGenerated = generatedAmong(listed, { token, logprob });
  const all = listed.map((entry) => ({ ...entry, isGenerated: isGenerated(entry) }));
  if (logprob !== undefined && !all.some((entry) => entry.isGenerated)) {
    all.push({ token, logprob, isGenerated: true });
  }
  const wrong = all.find((entry) => !(entry.logprob <= SUM_TOLERANCE));
  if (wrong) {
    throw new RangeError(
      `${wrong.logprob} for the token ${JSON.stringify(wrong.token)} is no log probability`,
    );
  }
  const list = all.map((entry) => ({
    ...entry,
    probability: Math.min(1, Math.exp(entry.logprob)),
  }));
  const sum = list.reduce((total, { probability }) => total + probability, 0);
  if (!(sum <= 1 + SUM_TOLERANCE)) {
    throw new RangeError(
      `the log probabilities of one token (${list
        .slice(0, 3)
        .map((entry) => `${JSON.stringify(entry.token)}: ${entry.logprob}`)
        .join(', ')}, …) stand for probabilities that sum to ${sum.toFixed(3)}`,
    );
  }
  const unknown = 1 - sum;
  if (unknown > MAX_UNKNOWN && !list.some((entry) => entry.isGenerated)) {
    throw new RangeError(
      `the probability of the token ${JSON.stringify(token)}, which was generated, is not known, while ${unknown.toFixed(3)} of it lies on none of the tokens listed`,
    );
  }
  return list;
}

type Entry = TokenPosition['alternatives'][number];

const isSame = (a: Entry, b: Entry): boolean =>
  a.token === b.token && Math.abs(a.logprob - b.logprob) < SAME_LOGPROB;

/** Some servers write the generated token as text and those in the list as the vocabulary has them. */
function generatedAmong(
  listed: readonly Entry[],
  { token, logprob = Number.NaN }: Pick<TokenPosition, 'token' | 'logprob'>,
): (entry: Entry) => boolean {
  if (listed.some((entry) => entry.token === token)) return (entry) => entry.token === token;
  const text = tokenText(token).trim();
  return (entry) =>
    tokenText(entry.token).trim() === text && Math.abs(entry.logprob - logprob) < SAME_LOGPROB;
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
