/** A question that a judge could not answer, or an answer that breaks the contract. */
export class JudgeError extends Error {
  override readonly name = 'JudgeError';

  constructor(judgeId: string, message: string, options?: ErrorOptions) {
    super(`judge ${judgeId}: ${message}`, options);
  }
}
