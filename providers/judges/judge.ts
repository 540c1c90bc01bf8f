import type { RawImage } from '../images/raw-image.ts';
import type { BatchAsking } from './batch.ts';
import type { Continuation } from './openai/continuation.ts';
import type { ServedLook } from './served-model.ts';

/** An image as a judge gets it: exactly what is (or would be) sent, made on first use and only once. */
export interface JudgeImage {
  /** What the image is in the method; its place in the message is given by `Question.content`. */
  role: 'query' | 'conditional';
  /** Size as sent, in pixels. */
  width: number;
  height: number;
  /** SHA-256 (hex) of the pixels as sent. */
  sha256: string;
  /** How the pixels are encoded where an image is sent: `png`. */
  encoding: string;
  pixels(): Promise<RawImage>;
  encoded(): Promise<EncodedImage>;
}

export interface EncodedImage {
  bytes: Uint8Array;
  mimeType: 'image/png' | 'image/jpeg' | 'image/webp';
}

/** One part of a message, in order: an image (index into `Question.images`) or text. */
export type ContentPart = { image: number } | { text: string };

/** A possible answer and the score it stands for. */
export interface Choice {
  label: string;
  value: number;
}

interface QuestionBase {
  kind: 'quality' | 'similarity';
  images: readonly JudgeImage[];
  system?: string;
  content: readonly ContentPart[];
  /** The reply as begun for the model, without its end: `The quality of the image is`. */
  prefill?: string;
}

/** What a question can be answered with. */
export type AnswerForm = Pick<ChoiceQuestion | RatingQuestion, 'choices' | 'scale'>;

/** A question with a closed list of answers. */
export interface ChoiceQuestion extends QuestionBase {
  choices: readonly Choice[];
  scale?: undefined;
}

/** A question for a number between `min` and `max`. */
export interface RatingQuestion extends QuestionBase {
  scale: { min: number; max: number };
  choices?: undefined;
}

export type Question = ChoiceQuestion | RatingQuestion;

/** Where the numbers of an answer come from. */
export type AnswerSource = 'logprobs' | 'samples' | 'computed';

/** Tokens of all requests made for an answer. */
export interface Usage {
  /** All input tokens; `cachedInputTokens` and `cacheWriteTokens` are parts of them. */
  inputTokens: number;
  outputTokens: number;
  /** Read from the vendor's prompt cache. */
  cachedInputTokens?: number;
  /** Written to the vendor's prompt cache at a price of its own. */
  cacheWriteTokens?: number;
}

interface AnswerBase {
  source: AnswerSource;
  /** Number of answers drawn; given when `source` is `samples`. */
  samples?: number;
  /** Standard error of the expected value over the samples, in units of the choices' values or the scale. */
  standardError?: number;
  /** Share of probability that lay on the choices, 0..1; given when `source` is `logprobs`. */
  coveredMass?: number;
  /** Replies that were none of the choices, beside the `samples` that count; others were drawn for them. */
  invalidSamples?: number;
  /** How a judge that has several ways of asking settled on the one it used. */
  asked?: {
    /** `auto`: by what the model is known to give; `configured`: by the user. */
    probabilities: 'auto' | 'configured';
    /** Whether the reply was begun for the model, its form asked for in words, or neither. */
    reply: 'prefilled' | 'instructed' | 'constrained' | 'free';
    /** How much the model was told to reason, where it was told. */
    effort?: string;
    /** Samples that were to count; unusable ones were drawn again. */
    samples?: number;
    /** Requests the answer took: more than one where an endpoint gives fewer samples at once than asked for. */
    requests: number;
  };
  /** Left out when a request did not say: then the sum is unknown. */
  usage?: Usage;
  /** The part of `usage` that the vendor's batch engine charged at its lower price. */
  batchUsage?: Usage;
  /** Undefined means unknown, never free. Filled in from `usage` where a judge leaves it out. */
  costUsd?: number;
  /** Of the slowest request; left out where all came from a batch engine, which answers when it likes. */
  latencyMs?: number;
  /** The model's name as the vendor returned it. */
  model: string;
  /** The vendor's name for the state of its backend, where it gives one. */
  fingerprint?: string;
  /** Whether the answer came from a store rather than from a new call. */
  reused: boolean;
  /** When it was bought, in ISO 8601, where an earlier evaluation has bought it. */
  boughtAt?: string;
}

/** Probabilities in the order of the question's choices, summing to 1; or, for a rating, its value. */
export type AnswerContent =
  | { probabilities: number[]; value?: undefined }
  | { value: number; probabilities?: undefined };

export type Answer = AnswerBase & AnswerContent;

/**
 * Makes one paid request, or gives back what it returned when it was made before, by this process or
 * an earlier one: `reply` is kept durably as it arrives. What `request` throws is not kept.
 *
 * @param part tells the requests for one question apart: `sample 3`
 */
export type Once = <Reply>(part: string, request: () => Promise<Reply>) => Promise<Reply>;

/** Requests that an answer takes, and the replies that they bring: one request may bring several samples. */
export interface AnswerRequests {
  requests: number;
  replies: number;
}

/** Makes every request. */
export const requestAnew: Once = (_part, request) => request();

export interface AskOptions {
  signal?: AbortSignal;
  /**
   * For judges that make several requests for one answer (samples): each goes through it, so that
   * none is lost when the next one fails or the process ends. `reply` must survive JSON. Left out:
   * every request is made.
   */
  once?: Once;
}

/**
 * A way of asking: answers one closed question about images. It knows nothing of degradations,
 * weights or promptfoo.
 */
export interface Judge {
  /** As written in the configuration: `statistical`, `openai:gpt-4.1`. */
  readonly id: string;
  /** `network` judges get images of about a megapixel by default, `local` ones the original size. */
  readonly kind: 'local' | 'network';
  /** Questions under way at once, unless configured. */
  readonly defaultMaxConcurrency: number;
  /** What the answer to a question takes, when all goes well. Default: one request, one reply. */
  requestsFor?(question: AnswerForm): AnswerRequests;
  /**
   * What decides its answers and does not stand in the configuration, such as a default that depends
   * on the model. Part of the key under which answers are kept; must survive JSON.
   */
  readonly identity?: Readonly<Record<string, unknown>>;
  /** What has to be there before it can be asked: a server at this address, and a key in this variable. */
  readonly access?: { endpoint: string; keyVariable?: string };
  /**
   * For a server of one's own, where the name of a model may stand for another one tomorrow: what it
   * says that it serves. Left out for vendors' own endpoints.
   */
  readonly serves?: { endpoint: string; look(): Promise<ServedLook> };
  /** Looks whether the endpoint goes on from a begun reply, where its configuration says that it does. */
  readonly lookAtContinuation?: () => Promise<Continuation>;
  /** It costs time and no money, so that an estimate says how long it takes. */
  readonly isTimed?: true;
  /** It keeps to its number of questions under way by itself. */
  readonly limitsItself?: true;
  /**
   * Looks, before the first row of a run that will ask something, whether it can be asked; that may take
   * as long as a download.
   *
   * @returns what is wrong, in one line
   */
  whyNotReady?(): Promise<string | undefined>;
  /** Hears how many more questions a run will ask, so that it can tell how far it is. */
  plan?(questions: number): void;
  /** The run has ended. */
  close?(): Promise<void>;
  /** For judges whose vendor has a batch engine. */
  readonly batch?: BatchAsking;
  /**
   * @throws JudgeError when the question cannot be answered; the signal's reason when aborted
   */
  ask(question: Question, options: AskOptions): Promise<Answer>;
}
