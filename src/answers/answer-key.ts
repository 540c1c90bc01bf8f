import type { Judge } from '../judges/judge.ts';
import type { JudgeOptions } from '../judges/judge-options.ts';
import type { Question } from '../judges/question.ts';
import type { Key } from './store.ts';

/** Raise it when the same question would be put to a vendor in another way. */
const KEY_VERSION = 2;

/**
 * Options that say how to reach a judge and what it may cost: they change no answer. The last ones do, and what
 * they come to stands in the judge's identity, whether they are set or left out.
 */
const NOT_ASKED = [
  'maxConcurrency',
  'timeoutMs',
  'maxRetries',
  'maxRetryAfterS',
  'maxLoadingS',
  'price',
  'batch',
  'apiKeyEnv',
  'uniqueReplyIds',
  'imageTransfer',
  'vertex',
  'thinkingBudget',
  'mediaResolution',
  // It stands in the judge's identity.
  'api',
];

/**
 * Options that say which replies make an answer and how they are read: they change no reply. What they
 * come to for a model stands in the judge's identity.
 */
const READING = [
  'probabilities',
  'samples',
  'samplesPerRequest',
  'minCoveredMass',
  'maxInvalidShare',
  // A reply that ended by itself is the same under a higher limit; one that was cut off and holds no
  // answer is drawn anew.
  'maxTokens',
  'maxRedraws',
];

type AskedJudge = Pick<Judge, 'id' | 'identity'>;

/**
 * The key of an answer: everything that decides it, and nothing else. The images go in by the pixels
 * that are sent and their encoding; by which file and recipe those were made is known to `facts`.
 *
 * @param served what a server of one's own says that it serves, see `Served`
 */
export function answerKey(
  question: Question,
  judge: AskedJudge,
  options: JudgeOptions,
  repeatIndex: number,
  served?: string,
): Key {
  return [
    'answer',
    KEY_VERSION,
    judge.id,
    sorted(judge.identity ?? {}),
    sorted(options, NOT_ASKED),
    repeatIndex,
    message(question),
    question.scale ?? question.choices,
    ...(served === undefined ? [] : [served]),
  ];
}

/** The key of the replies that an answer is made of: it outlives a change of how many and how they are read. */
export function replyKey(
  question: Question,
  judge: AskedJudge,
  options: JudgeOptions,
  repeatIndex: number,
  served?: string,
): Key {
  return [
    'reply',
    KEY_VERSION,
    judge.id,
    sorted(judge.identity ?? {}, READING),
    sorted(options, [...NOT_ASKED, ...READING]),
    repeatIndex,
    message(question),
    question.scale ?? question.choices.map(({ label }) => label),
    ...(served === undefined ? [] : [served]),
  ];
}

const message = ({ kind, system, content, prefill, images, dimensions }: Question) => [
  kind,
  system ?? null,
  content,
  prefill ?? null,
  images.map(({ sha256, width, height, encoding }) => [sha256, width, height, encoding]),
  ...(dimensions ? [dimensions] : []),
];

const sorted = (options: object, without: readonly string[] = []) =>
  Object.entries(options)
    .filter(([name, value]) => value !== undefined && !without.includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
