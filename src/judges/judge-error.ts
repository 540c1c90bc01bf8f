import type { Usage } from './answer.ts';

/** A question that a judge could not answer, or an answer that breaks the contract. */
export class JudgeError extends Error {
  override readonly name = 'JudgeError';
  /** What a reply that cannot be used (refused, cut off) took: it is paid for all the same. */
  readonly paid?: { model: string; usage?: Usage; costUsd?: number };
  /** Every later question would end in the same way. */
  readonly isFinal: boolean;

  constructor(
    judgeId: string,
    message: string,
    {
      paid,
      isFinal = false,
      ...options
    }: ErrorOptions & { paid?: JudgeError['paid']; isFinal?: boolean } = {},
  ) {
    super(`judge ${judgeId}: ${message}`, options);
    if (paid) this.paid = paid;
    this.isFinal = isFinal;
  }
}
