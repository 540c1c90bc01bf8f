import type { Question } from '../judges/judge.ts';
import { BudgetError } from './budget-error.ts';
import { type Spending, spendingOf } from './spending.ts';
import type { AnswerStore } from './store.ts';

/** The money side of one question. */
export interface Bill {
  /** @throws BudgetError when the question would exceed the budget */
  reserve(): Promise<void>;
  /** Within the transaction that keeps the answer. */
  settle(costUsd: number | undefined): void;
  /**
   * The question was not answered.
   *
   * @param paidUsd what had to be paid all the same; `undefined`: something, but nobody knows how much
   */
  cancel(paidUsd: number | undefined): void;
}

/** What one provider entry spends in one evaluation. */
export interface Account {
  open(question: Question): Bill;
}

interface Budget {
  limitUsd: number;
  /** What a question is expected to cost, before it is asked. */
  estimateUsd: (question: Question) => number;
}

/**
 * Counts in the store, so that a restarted evaluation goes on with what is left. Money for a question
 * is set aside before it is asked: what a killed process had under way stays counted, since the
 * vendor may charge it.
 *
 * Estimates are corrected by the largest ratio of cost to estimate seen so far; until there is one,
 * questions go one at a time.
 *
 * @param entry names the provider entry across restarts
 */
export function createAccount(
  store: AnswerStore,
  judge: string,
  entry: string,
  evaluation: string,
  budget: Budget | undefined,
): Account {
  const spending = spendingOf(store.database, evaluation, entry);
  if (!budget) {
    return {
      open: () => ({
        reserve: async () => {},
        settle: (costUsd) => spending.add(costUsd ?? 0),
        cancel: (paidUsd = 0) => {
          if (paidUsd > 0) spending.add(paidUsd);
        },
      }),
    };
  }
  return withinBudget(spending, judge, budget);
}

function withinBudget(
  spending: Spending,
  judge: string,
  { limitUsd, estimateUsd }: Budget,
): Account {
  let largestRatio: number | undefined;
  let underWay = 0;
  let nextEnd = Promise.withResolvers<void>();
  const end = () => {
    underWay -= 1;
    nextEnd.resolve();
    nextEnd = Promise.withResolvers();
  };
  return {
    open(question) {
      const estimate = estimateUsd(question);
      let reserved: { id: number; usd: number } | undefined;
      return {
        async reserve() {
          for (;;) {
            const mayTry = largestRatio !== undefined || underWay === 0;
            if (mayTry) {
              const usd = estimate * Math.max(1, largestRatio ?? 1);
              const outcome = spending.reserve(usd, limitUsd);
              if (outcome.id !== undefined) {
                reserved = { id: outcome.id, usd };
                underWay += 1;
                return;
              }
              if (underWay === 0) throw new BudgetError(judge, limitUsd, outcome.usedUsd, usd);
            }
            // What is under way may turn out cheaper than what was set aside for it.
            await nextEnd.promise;
          }
        },
        settle(costUsd) {
          if (!reserved) return;
          // A cost that the vendor did not report is counted as what was set aside.
          spending.add(costUsd ?? reserved.usd);
          spending.release(reserved.id);
          reserved = undefined;
          if (costUsd !== undefined && estimate > 0) {
            largestRatio = Math.max(largestRatio ?? 0, costUsd / estimate);
          }
          end();
        },
        cancel(paidUsd) {
          if (!reserved) return;
          const paid = paidUsd ?? reserved.usd;
          if (paid > 0) spending.add(paid);
          spending.release(reserved.id);
          reserved = undefined;
          end();
        },
      };
    },
  };
}
