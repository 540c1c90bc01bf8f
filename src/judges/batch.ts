import type { Question } from './question.ts';
import type { ReplyFacts } from './reply.ts';
import type { UploadOnce } from './upload-once.ts';

/** What most vendors' batch engines charge, as a share of the ordinary price. */
export const HALF_PRICE = 0.5;

/** What a judge's batch engine charges, as a share of the ordinary price. */
export const batchPriceShare = (judge: { batch?: Pick<BatchAsking, 'engine'> }): number =>
  judge.batch?.engine.priceShare ?? HALF_PRICE;

/** One request of a question, as a vendor's batch engine takes it. */
export interface BatchRequest {
  /** Tells the requests of a question apart, as `Once` does. */
  part: string;
  body: object;
}

/** How a judge is asked through its vendor's batch engine. */
export interface BatchAsking {
  engine: BatchEngine;
  /** How long an upload is named in further batches, in milliseconds; left out: five days. */
  uploadReusedMs?: number;
  /** Names of the requests that `ask` would make first for a question. */
  parts(question: Question): string[];
  /** Those requests. */
  requests(question: Question, uploadOnce: UploadOnce): Promise<BatchRequest[]>;
  /**
   * A reply as `ask` keeps it through `Once`.
   *
   * @param raw what the engine brought: the body that the ordinary interface would have given
   * @throws Error what is wrong with it
   */
  read(raw: unknown, asked: { part: string; prefill?: string }): ReplyFacts;
}

/** A batch at its vendor. */
export interface BatchStatus {
  hasEnded: boolean;
  done: number;
  failed: number;
  /** Why the vendor refused the batch as a whole; `again` when another time may do. */
  refused?: { message: string; again: boolean };
  /** How it ended, in the vendor's words, where that tells why requests are missing in its results. */
  ending?: string;
}

/** What became of one request: the raw reply, or why there is none; `again` when it can be sent again. */
export type BatchResult = { customId: string } & (
  | { raw: unknown; failure?: undefined }
  | { failure: string; again: boolean; raw?: undefined }
);

/** How large one batch may be; the bytes are those of its file. */
export interface BatchLimits {
  requests: number;
  bytes: number;
}

/** A vendor's batch engine. */
export interface BatchEngine {
  readonly limits: BatchLimits;
  /** What it charges, as a share of the ordinary price, from 0 to 1. */
  readonly priceShare: number;
  /** How long after its submission the vendor may say that it knows no such batch, in milliseconds. */
  readonly knownAfterMs?: number;
  /** A request as a line of a batch file. */
  line(customId: string, body: object): object;
  /**
   * Submits a batch file, once: nothing is retried, since a reply that is lost does not tell whether
   * the batch was made.
   *
   * @param label names the batch, so that it can be found again
   * @returns the vendor's id
   */
  submit(file: string, label: string): Promise<string>;
  /** The batch that an interrupted `submit` may have made. */
  find(sent: {
    label: string;
    requests: number;
    sinceMs: number;
    isKnown: (id: string) => boolean;
  }): Promise<string | undefined>;
  /** @param requests how many the batch has, for vendors that tell only a share of what is done */
  status(id: string, requests: number): Promise<BatchStatus>;
  /** In any order. */
  results(id: string): AsyncIterable<BatchResult>;
  /** @throws Error the vendor cannot stop a batch, or not this one */
  cancel(id: string): Promise<void>;
}
