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
  /** What was answered about each of the question's dimensions. */
  dimensions?: Record<string, AnswerContent & { standardError?: number }>;
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
    /** How large the model was told to see the images, where it was told. */
    mediaResolution?: string;
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
  /** What has to be said wherever its numbers are shown: that no model gave them. */
  notice?: string;
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
