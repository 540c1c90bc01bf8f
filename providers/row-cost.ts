import type { ProviderResponse } from 'promptfoo';
import type { Answer } from './judges/judge.ts';

/** What a row's answers cost. */
export interface RowCost {
  /** US dollars for all answers of the row, whenever they were bought; null: unknown, never free. */
  costUsd: number | null;
  /** US dollars that this run has paid: answers from the store cost nothing again; null: unknown. */
  paidUsd: number | null;
  /** How many answers this run has asked for. */
  asked: number;
  /** How many it found: in the store, or under way for another row. */
  reused: number;
}

export function rowCost(answers: readonly Answer[]): RowCost {
  const bought = answers.filter(({ reused }) => !reused);
  return {
    costUsd: total(answers),
    paidUsd: total(bought),
    asked: bought.length,
    reused: answers.length - bought.length,
  };
}

function total(answers: readonly Answer[]): number | null {
  let sum = 0;
  for (const { costUsd } of answers) {
    if (costUsd === undefined) return null;
    sum += costUsd;
  }
  return sum;
}

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
