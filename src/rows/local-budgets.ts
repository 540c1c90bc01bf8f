import { type EntryBudget, type RowBudget, withinBudget } from '../answers/entry-budget.ts';
import { spendingHere } from '../answers/entry-spending.ts';
import type { CheckedJudge } from '../judges/checked-judge.ts';
import type { Question } from '../judges/question.ts';

interface Limit {
  limitUsd: number;
  estimateUsd: (question: Question) => number;
}

interface LocalRow extends Pick<RowBudget, 'plan' | 'end'> {
  judge: CheckedJudge;
}

/**
 * Holds a judge of this machine, whose answers are not kept, to a budget; without a limit nothing is counted.
 * Nobody charges its price, so what was spent is forgotten when the process ends.
 *
 * @returns opens the budget of a row in an evaluation
 */
export function localBudgets(
  judge: CheckedJudge,
  limit: Limit | undefined,
): (evaluation: string | undefined) => LocalRow {
  if (!limit) return () => ({ judge, plan() {}, end() {} });
  const budgets = new Map<string | undefined, EntryBudget>();
  return (evaluation) => {
    const budget = budgets.get(evaluation) ?? withinBudget(spendingHere(), judge.id, limit);
    budgets.set(evaluation, budget);
    const row = budget.row();
    return {
      plan: (needUsd) => row.plan(needUsd),
      end: () => row.end(),
      judge: {
        ...judge,
        async ask(question, options) {
          await row.admit();
          const reservation = row.open(question);
          try {
            const admit = () => reservation.reserve();
            const answer = await judge.ask(question, { ...options, admit });
            reservation.settle(answer.costUsd);
            return answer;
          } catch (error) {
            reservation.cancel(0);
            throw error;
          }
        },
      },
    };
  };
}
