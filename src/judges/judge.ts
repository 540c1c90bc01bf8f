import type { Answer, AnswerRequests, Once } from './answer.ts';
import type { BatchAsking } from './batch.ts';
import type { Continuation } from './openai/continuation.ts';
import type { AnswerForm, Question } from './question.ts';
import type { ServedLook } from './served-model.ts';
import type { UploadOnce } from './upload-once.ts';

export interface AskOptions {
  signal?: AbortSignal;
  /**
   * For judges that make several requests for one answer (samples): each goes through it, so that
   * none is lost when the next one fails or the process ends. `reply` must survive JSON. Left out:
   * every request is made.
   */
  once?: Once;
  /** For judges whose requests name uploaded images. Left out: uploads are kept as long as the judge is. */
  uploadOnce?: UploadOnce;
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
  /** Whether its answers are kept: those that are computed here in no time are computed again. */
  readonly usesStore: boolean;
  /** It costs nothing, unless the configuration gives it a price. */
  readonly isFree?: true;
  /** Its answers say nothing of further dimensions. */
  readonly ratesQualityAlone?: true;
  /** What its answers say in `notice`; left out for models and for measures that stand for themselves. */
  readonly notice?: string;
  /** Questions under way at once, unless configured. */
  readonly defaultMaxConcurrency: number;
  /** What the answer to a question takes, when all goes well. Default: one request, one reply. */
  requestsFor?(question: AnswerForm): AnswerRequests;
  /**
   * What decides its answers and does not stand in the configuration, such as a default that depends
   * on the model. Part of the key under which answers are kept; must survive JSON.
   */
  readonly identity?: Readonly<Record<string, unknown>>;
  /** What the table of endpoints says of its endpoint and was applied, in one line; left out where it says nothing. */
  readonly endpointNote?: string;
  /** What has to be there before it can be asked: a server at this address, and a key in this variable. */
  readonly access?: { endpoint: string; keyVariable?: string };
  /**
   * For a server of one's own, where the name of a model may stand for another one tomorrow: what it
   * says that it serves. Left out for vendors' own endpoints.
   */
  readonly serves?: { endpoint: string; look(): Promise<ServedLook> };
  /** Looks whether the endpoint goes on from a begun reply, where its configuration says that it does. */
  readonly lookAtContinuation?: () => Promise<Continuation>;
  /** Tokens of an image as it is sent, where that depends on a setting; left out: by the vendors' table. */
  readonly imageTokens?: number;
  /** Tokens that a reply may take beside its words, where the model is told how many it may think. */
  readonly thoughtTokens?: number;
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
  /** The run has ended. */
  close?(): Promise<void>;
  /** For judges whose vendor has a batch engine. */
  readonly batch?: BatchAsking;
  /**
   * @throws JudgeError when the question cannot be answered; the signal's reason when aborted
   */
  ask(question: Question, options: AskOptions): Promise<Answer>;
}
