import type { Answer, AnswerContent, Usage } from './answer.ts';
import { JudgeError } from './judge-error.ts';
import type { JudgeOptions } from './judge-options.ts';
import type { AnswerForm, Choice, Question } from './question.ts';
import { fieldsOf, MAIN_FIELD } from './reading/fields.ts';
import { isAnotherNumber, mayGoOn, namesAnother, readBeginning } from './reading/labels.ts';
import { decimalsShare, numbersOf } from './reading/numbers.ts';
import { estimateFromSamples, type SampleEstimate } from './reading/samples.ts';
import {
  type ChoiceMasses,
  choiceMasses,
  type OpenBranch,
  possibleShift,
  shareGoingOn,
  type TokenPosition,
} from './reading/token-masses.ts';
import type { ReplyFacts, Sample } from './reply.ts';
import { quote } from './reply-failure.ts';

/** Replies and tokens that an error quotes. */
const QUOTED = 3;

/** The facts of an answer that was made of `replies`; the latency is that of the slowest one. */
export function factsOf(
  replies: readonly ReplyFacts[],
): Pick<Answer, 'model' | 'fingerprint' | 'usage' | 'batchUsage' | 'latencyMs' | 'reused'> {
  const distinct = (values: (string | undefined)[]) =>
    [...new Set(values.filter((value) => value !== undefined))].join(', ');
  const usage = sumOf(replies.map((reply) => reply.usage));
  const batched = replies.filter((reply) => reply.batch);
  const batchUsage = batched.length > 0 && sumOf(batched.map((reply) => reply.usage));
  const latencies = replies.flatMap(({ latencyMs }) => latencyMs ?? []);
  const fingerprint = distinct(replies.map((reply) => reply.fingerprint));
  return {
    model: distinct(replies.map((reply) => reply.model)),
    ...(fingerprint && { fingerprint }),
    ...(usage && { usage }),
    ...(batchUsage && { batchUsage }),
    ...(latencies.length > 0 && { latencyMs: Math.max(...latencies) }),
    reused: false,
  };
}

/**
 * Largest share of the probability of choices that may lie on a beginning that several of them have in
 * common: left out, it moves an answer by at most that much.
 */
const MAX_AMBIGUOUS_SHARE = 0.05;

/** Uncovered probability beside which a choice without any is not believed to have none. */
const MAX_UNCOVERED_BESIDE_NONE = 0.25;

/**
 * How far the expected value of an answer may be off, as a share of its range, by numbers that were not
 * followed to their end.
 */
const MAX_SHIFT = 0.02;

/** What can be answered with words or digits: the choices, or the numbers of a closed range. */
export const answersTo = ({ choices, scale }: AnswerForm): readonly Choice[] =>
  scale ? numbersOf(scale) : (choices ?? []);

/**
 * Probability of each answer from the tokens of one reply.
 *
 * @param after the beginning of the reply that the tokens go on from
 * @throws JudgeError what came are no probabilities
 */
export function massesOf(
  judgeId: string,
  labels: readonly string[],
  { text, positions = [] }: TokenSample,
  after?: OpenBranch,
): ChoiceMasses {
  const reply = after ? after.text + text : text;
  return inWords(judgeId, () => choiceMasses(positions, labels, reply, after));
}

/**
 * Whether a reply that is no answer, or names several, says by its tokens that others may be such replies, too: that
 * one is likely where it goes on from a choice. Where it is not, its tokens still say how likely each choice was.
 *
 * @param after the beginning of the reply that the tokens go on from
 * @throws JudgeError what came are no probabilities
 */
export function oftenGoesOn(
  judgeId: string,
  labels: readonly string[],
  { positions = [] }: TokenSample,
  after?: string,
): boolean {
  const share = inWords(judgeId, () => shareGoingOn(positions, labels, after));
  return (share ?? 1) > MAX_AMBIGUOUS_SHARE;
}

interface TokenReadingOptions extends Pick<JudgeOptions, 'minCoveredMass'> {
  /** The reply was begun for the model, so that it goes on with the answer. */
  isBegun?: boolean;
}

/**
 * Probabilities, or the expectation of a rating, from the token probabilities of one reply.
 *
 * @param found what of it is known by now; left out: from `sample` alone
 * @throws JudgeError too little of the probability lies on the choices, or too much on what several of
 *   them begin with, or on what may be the choice that has none; the reply names several choices, or a
 *   number that is none; what came are no probabilities
 */
export function answerFromTokens(
  judgeId: string,
  question: AnswerForm,
  sample: TokenSample,
  { minCoveredMass, isBegun = false }: TokenReadingOptions,
  found?: ChoiceMasses,
): AnswerContent & { coveredMass: number } {
  const { scale } = question;
  const choices = answersTo(question);
  const labels = choices.map(({ label }) => label);
  const { text, positions = [] } = sample;
  const { masses, coveredMass, open, unlistedMass } = found ?? massesOf(judgeId, labels, sample);
  const openMass = open.reduce((sum, { mass }) => sum + mass, 0);
  const wanted = scale
    ? `the whole numbers from ${scale.min} to ${scale.max}`
    : `the choices (${labels.join(', ')})`;
  const likeliest = [...(positions[0]?.alternatives ?? [])]
    .sort((a, b) => b.logprob - a.logprob)
    .slice(0, QUOTED)
    .map(({ token, logprob }) => `${JSON.stringify(token)} ${Math.exp(logprob).toFixed(3)}`)
    .join(', ');
  const fail = (what: string): never => {
    throw new JudgeError(
      judgeId,
      `${what}: it answered "${quote(text)}", the likeliest first tokens were ${likeliest}; ${WITHOUT_LOSS}`,
    );
  };
  const values = choices.map(({ value }) => value);
  const shift = possibleShift({ masses, open }, values);
  const endedMass = open.reduce(
    (sum, { mass, choices: of }) => sum + (of.length > 1 ? 0 : mass),
    0,
  );
  const isEndUnknown = scale
    ? endedMass === openMass && shift > MAX_SHIFT
    : endedMass / (coveredMass + endedMass) > MAX_AMBIGUOUS_SHARE;
  if (openMass > 0 && isEndUnknown) {
    return fail(
      `the reply begins like one of ${wanted} and goes on, and its tokens do not say how likely it was to end instead`,
    );
  }
  const isAnswered = coveredMass + openMass >= minCoveredMass;
  if (!scale && isAnswered && openMass / (coveredMass + openMass) > MAX_AMBIGUOUS_SHARE) {
    throw new JudgeError(
      judgeId,
      `${openMass.toFixed(3)} of the token probability lies on a word that several choices (${labels.join(', ')}) begin with, so it cannot be told which is meant; rename the choices in the prompt file so that none begins like another, or set judgeOptions.probabilities: samples`,
    );
  }
  if (scale && openMass > 0 && isAnswered && shift > MAX_SHIFT) {
    throw new JudgeError(
      judgeId,
      `it answered "${quote(text)}", but ${openMass.toFixed(3)} of the token probability lies on digits that other numbers begin with (${open
        .slice(0, QUOTED)
        .map((branch) => JSON.stringify(branch.text))
        .join(
          ', ',
        )}), and how these go on is not known: the rating may be off by ${Number.isFinite(shift) ? shift.toFixed(3) : 'any part'} of its range; where the endpoint goes on from a begun reply, say so in judgeOptions.capabilities.prefill, otherwise set judgeOptions.probabilities: samples`,
    );
  }
  const isNone = readBeginning(text, labels) === 'other';
  const isSeveral = !isNone && !isBegun && namesAnother(text, labels);
  const goesOn = (isNone || isSeveral) && oftenGoesOn(judgeId, labels, sample);
  if (goesOn && isNone) {
    return fail(
      isAnotherNumber(text, labels)
        ? `the reply's number is none of ${wanted}, or one of several, so its tokens do not say how likely each is`
        : `the reply begins like one of ${wanted} and goes on to something else, and so may the others`,
    );
  }
  const decimals = scale ? decimalsShare(positions) : 0;
  if (scale && decimals / (scale.max - scale.min) > MAX_SHIFT) {
    return fail(
      `after the number a decimal point has the probability ${decimals.toFixed(3)}, while ${wanted} are read`,
    );
  }
  if (!(coveredMass >= minCoveredMass && coveredMass > 0)) {
    const lower =
      coveredMass > 0 ? ' (a lower one reads the kept replies again and asks nothing)' : '';
    return fail(
      `only ${coveredMass.toFixed(3)} of the token probability lies on ${wanted}, below minCoveredMass ${minCoveredMass}${lower}`,
    );
  }
  if (goesOn && isSeveral) {
    return fail(
      `the reply names several of ${wanted}, so it cannot be told whether the first is its answer`,
    );
  }
  if (scale) {
    const sum = masses.reduce((total, mass, i) => total + mass * values[i]!, 0);
    // Rounding, where all lies on one end.
    return { value: Math.min(scale.max, Math.max(scale.min, sum / coveredMass)), coveredMass };
  }
  const none = labels.find((_, i) => masses[i] === 0);
  const uncovered = 1 - coveredMass;
  if (
    none !== undefined &&
    (uncovered > MAX_UNCOVERED_BESIDE_NONE ||
      unlistedMass / (coveredMass + unlistedMass) > MAX_AMBIGUOUS_SHARE)
  ) {
    return fail(
      `no token stands for the choice ${none}, while ${uncovered.toFixed(3)} of the token probability lies on none of the choices (${labels.join(', ')}), so it cannot be told how much of that is ${none}`,
    );
  }
  return { probabilities: masses.map((mass) => mass / coveredMass), coveredMass };
}

type TokenSample = Sample & { positions?: readonly TokenPosition[]; hasMoreTokens?: boolean };

/** The store keeps the answers of every way of asking side by side. */
const WITHOUT_LOSS =
  'mend the prompt file so that the reply begins with one of the choices, or set judgeOptions.probabilities: samples; either is asked anew, and what is kept stays';

/** @throws JudgeError what came are no probabilities */
function inWords<Result>(judgeId: string, read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new JudgeError(
      judgeId,
      `${cause.message}; the endpoint's token probabilities cannot be used: mend it, or set judgeOptions.probabilities: samples`,
      { cause },
    );
  }
}

/**
 * An estimate from sampled replies, and one for each dimension.
 *
 * @param samples at least one of them usable
 */
export function answerFromSamples(
  question: Question,
  samples: readonly Sample[],
): SampleEstimate & Pick<Answer, 'dimensions'> {
  const texts = samples.map((sample) => countedTexts(question, sample));
  const estimateOf = (field: number): SampleEstimate => {
    const estimate = estimateFromSamples(
      question,
      texts.map((fields) => fields?.[field] ?? ''),
    );
    if (!estimate) throw new RangeError('none of the samples is usable');
    return estimate;
  };
  const { dimensions } = question;
  if (!dimensions) return estimateOf(0);
  const others = dimensions.map((name, index) => {
    const { samples: _, invalidSamples: __, ...content } = estimateOf(index + 1);
    return [name, content] as const;
  });
  return { ...estimateOf(0), dimensions: Object.fromEntries(others) };
}

/** Whether a sample is one of the choices, or a number of the scale; with dimensions, in every field. */
export const isUsable = (question: Question, sample: Sample): boolean =>
  countedTexts(question, sample) !== undefined;

/** The texts of a sample that count: its answer, and that about each dimension; undefined: it is unusable. */
function countedTexts(question: Question, sample: Sample): string[] | undefined {
  const isAnswer = (text: string) => estimateFromSamples(question, [text]) !== undefined;
  if (!question.dimensions) {
    const text = countedText(question, sample);
    return isAnswer(text) ? [text] : undefined;
  }
  if (sample.refused !== undefined) return undefined;
  const fields = fieldsOf(sample.text);
  const texts = [MAIN_FIELD, ...question.dimensions].map((name) => fields?.get(name.toLowerCase()));
  return texts.every((text) => text !== undefined && isAnswer(text))
    ? (texts as string[])
    : undefined;
}

/** Of a number that was cut off, digits may be missing; of a word, what makes it another choice. */
function countedText(
  { choices, scale }: Question,
  { text, refused, cutOff = false }: Sample,
): string {
  if (refused !== undefined) return '';
  const isWhole =
    !cutOff ||
    (scale === undefined &&
      !mayGoOn(
        text,
        choices.map(({ label }) => label),
      ));
  return isWhole ? text : '';
}

/** Why no answer is made of samples of which too many cannot be used. */
export function tooManyUnusable(
  judgeId: string,
  question: Question,
  samples: readonly Sample[],
  { maxInvalidShare }: Pick<JudgeOptions, 'maxInvalidShare'>,
): JudgeError {
  const unusable = samples.filter((sample) => !isUsable(question, sample));
  const value = question.scale
    ? `a number from ${question.scale.min} to ${question.scale.max}`
    : `one of ${question.choices.map(({ label }) => label).join(', ')}`;
  const wanted = question.dimensions
    ? `a JSON object with ${[MAIN_FIELD, ...question.dimensions].join(', ')}, each ${value}`
    : value;
  const said = [...new Set(unusable.map(describeSample))].slice(0, QUOTED);
  const cut = unusable.some(({ cutOff }) => cutOff) ? ', raise judgeOptions.maxTokens' : '';
  return new JudgeError(
    judgeId,
    `${unusable.length} of ${samples.length} sampled answers were not ${wanted} (${said.join('; ')}), a larger share than maxInvalidShare ${maxInvalidShare}; mend the prompt file${cut}, or run again, which draws anew what cannot be used and buys nothing else twice`,
  );
}

function describeSample({ text, refused, cutOff }: Sample): string {
  if (refused !== undefined) return `refused: ${quote(refused)}`;
  const said = text.trim() === '' ? 'nothing' : `"${quote(text)}"`;
  return cutOff ? `${said}, cut off at the token limit` : said;
}

function sumOf(usages: readonly (Usage | undefined)[]): Usage | undefined {
  const known = usages.filter((usage) => usage !== undefined);
  if (known.length < usages.length) return undefined;
  const sum = (field: keyof Usage) =>
    known.reduce((total, usage) => total + (usage[field] ?? 0), 0);
  const cachedInputTokens = sum('cachedInputTokens');
  const cacheWriteTokens = sum('cacheWriteTokens');
  return {
    inputTokens: sum('inputTokens'),
    outputTokens: sum('outputTokens'),
    ...(cachedInputTokens > 0 && { cachedInputTokens }),
    ...(cacheWriteTokens > 0 && { cacheWriteTokens }),
  };
}
