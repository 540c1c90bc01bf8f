import type { RowSpending } from '../answers/row-spending.ts';
import type { RecordedAnswer } from '../method/recorded-answer.ts';

/** Why a row has no score, and what was bought for it all the same. */
export class UnscoredRowError extends Error {
  override readonly name = 'UnscoredRowError';
  readonly answers: readonly RecordedAnswer[];
  readonly spending: RowSpending | undefined;

  constructor(
    cause: unknown,
    { answers, spending }: Pick<UnscoredRowError, 'answers' | 'spending'>,
  ) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.answers = answers;
    this.spending = spending;
  }
}
