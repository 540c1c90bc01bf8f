import type { ProviderResponse } from 'promptfoo';
import type { Answer } from '../judges/answer.ts';
import type { Amount, RowSpending } from './row-spending.ts';

/** What a row cost, and what of it brought no answer. US dollars; null: unknown, never free. */
export interface RowCost {
  /** All that was bought for the row, whenever that was. */
  costUsd: number | null;
  /** What this evaluation has paid, its earlier tries of the row included: answers that it found cost nothing again. */
  paidUsd: number | null;
  /** How many answers this evaluation has bought. */
  asked: number;
  /** How many it found: in the store, or under way for another row. */
  reused: number;
  /** Replies that brought no answer: refused, unreadable, or samples too few of which arrived. */
  unusable?: { replies: number; costUsd: number | null };
}

/** @param spending left out where answers cost nothing, and are not counted */
export function rowCost(answers: readonly Answer[], spending?: RowSpending): RowCost {
  const bought = answers.filter(({ reused }) => !reused).length;
  const asked = Math.max(bought, spending?.asked ?? 0);
  const unusable = spending && together(spending.lost, spending.unanswered);
  return {
    costUsd: total([...answers.map(({ costUsd }) => costUsd ?? null), unusable?.costUsd ?? 0]),
    paidUsd: spending ? known(spending.paid) : total(answers.map(({ costUsd }) => costUsd ?? null)),
    asked,
    reused: Math.max(0, answers.length - asked),
    ...(unusable && unusable.replies > 0 && { unusable }),
  };
}

const together = (a: RowSpending['lost'], b: RowSpending['lost']) => ({
  replies: a.replies + b.replies,
  costUsd: known({ usd: a.usd + b.usd, unpriced: a.unpriced + b.unpriced }),
});

const known = ({ usd, unpriced }: Amount): number | null => (unpriced > 0 ? null : usd);

const total = (amounts: readonly (number | null)[]): number | null =>
  amounts.reduce((sum, amount) => (sum === null || amount === null ? null : sum + amount), 0);

/** Tokens as promptfoo counts them: what was reused is `cached`. */
export function tokenUsage(
  answers: readonly Answer[],
): NonNullable<ProviderResponse['tokenUsage']> {
  const counted = { prompt: 0, completion: 0, cached: 0, total: 0, numRequests: 0 };
  for (const { usage, reused } of answers) {
    const { inputTokens = 0, outputTokens = 0 } = usage ?? {};
    counted.total += inputTokens + outputTokens;
    if (reused) {
      counted.cached += inputTokens + outputTokens;
    } else {
      counted.prompt += inputTokens;
      counted.completion += outputTokens;
      counted.numRequests += 1;
    }
  }
  return counted;
}
