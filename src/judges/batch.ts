import type { JudgeImage, Question } from './judge.ts';
import type { ReplyFacts } from './reply.ts';

/** What the vendors' batch engines charge, as a share of the ordinary price (OpenAI, Anthropic). */
export const BATCH_PRICE_SHARE = 0.5;

/** One request of a question, as a vendor's batch engine takes it. */
export interface BatchRequest {
  /** Tells the requests of a question apart, as `Once` does. */
  part: string;
  body: object;
}

/**
 * Uploads an image once, however many requests show it.
 *
 * @param upload brings the vendor's id of the file
 */
export type UploadOnce = (image: JudgeImage, upload: () => Promise<string>) => Promise<string>;

/** How a judge is asked through its vendor's batch engine. */
export interface BatchAsking {
  engine: BatchEngine;
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
}

/** What became of one request: the raw reply, or why there is none; `again` when it can be sent again. */
export type BatchResult = { customId: string } & (
  | { raw: unknown; failure?: undefined }
  | { failure: string; again: boolean; raw?: undefined }
);

/** A vendor's batch engine, through its official SDK. */
export interface BatchEngine {
  /** Of one batch; the bytes are those of its file. */
  readonly limits: { requests: number; bytes: number };
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
  status(id: string): Promise<BatchStatus>;
  /** In any order. */
  results(id: string): AsyncIterable<BatchResult>;
  cancel(id: string): Promise<void>;
}
