import type { Question } from '../judges/question.ts';
import { BudgetError } from './budget-error.ts';
import { type Spending, spendingOf } from './entry-spending.ts';
import type { AnswerStore } from './store.ts';

/** The money side of one question. */
export interface Reservation {
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

/** What one provider entry spends on one row. */
export interface RowBudget {
  /** Takes the row's place behind those that were planned before it. A row that is not planned is let in at once. */
  plan(needUsd: NeedUsd): void;
  /**
   * Waits until the budget has room for all that the row is expected to buy, rows that came before it
   * first, so that a budget buys scores and no halves of many rows.
   *
   * @throws BudgetError there is no room
   */
  admit(): Promise<void>;
  open(question: Question): Reservation;
  /** The row asks nothing more: what it was expected to buy and did not is there for others. */
  end(): void;
}

/** What one provider entry spends in one evaluation. */
export interface EntryBudget {
  row(): RowBudget;
}

/** What a row is expected to buy, in US dollars. Called once, before the first question that costs. */
export type NeedUsd = () => Promise<number>;

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
export function createEntryBudget(
  store: AnswerStore,
  judge: string,
  entry: string,
  evaluation: string,
  budget: Budget | undefined,
): EntryBudget {
  const spending = spendingOf(store.database, evaluation, entry);
  if (!budget) {
    return {
      row: () => ({
        plan() {},
        admit: async () => {},
        end() {},
        open: () => ({
          reserve: async () => {},
          settle: (costUsd) => spending.add(costUsd ?? 0),
          cancel: (paidUsd = 0) => {
            if (paidUsd > 0) spending.add(paidUsd);
          },
        }),
      }),
    };
  }
  return withinBudget(spending, judge, budget);
}

export function withinBudget(
  spending: Spending,
  judge: string,
  { limitUsd, estimateUsd }: Budget,
): EntryBudget {
  let largestRatio: number | undefined;
  let underWay = 0;
  let nextChange = Promise.withResolvers<void>();
  const change = () => {
    nextChange.resolve();
    nextChange = Promise.withResolvers();
  };
  const end = () => {
    underWay -= 1;
    change();
  };
  const ratio = () => Math.max(1, largestRatio ?? 1);
  /** Rows that were let in, each with the estimates of what it has not asked yet. */
  const admitted = new Map<RowBudget, number>();
  /** Settles when all rows that have been planned are let in, refused or at their end. */
  let decided: Promise<void> = Promise.resolve();

  const letIn = async (row: RowBudget, needUsd: NeedUsd): Promise<void> => {
    const need = await needUsd();
    for (;;) {
      const mayTry = largestRatio !== undefined || admitted.size === 0;
      if (mayTry) {
        const promised = [...admitted.values()].reduce((sum, usd) => sum + usd, 0) * ratio();
        const usedUsd = spending.usedUsd();
        if (usedUsd + promised + need * ratio() <= limitUsd) {
          admitted.set(row, need);
          return;
        }
        if (admitted.size === 0) {
          throw new BudgetError(judge, limitUsd, usedUsd, need * ratio(), 'image');
        }
      }
      // Rows under way may turn out cheaper than what was expected of them.
      await nextChange.promise;
    }
  };

  const openBill = (question: Question, row: RowBudget): Reservation => {
    const estimate = estimateUsd(question);
    let reserved: { id: number; usd: number } | undefined;
    return {
      async reserve() {
        for (;;) {
          const mayTry = largestRatio !== undefined || underWay === 0;
          if (mayTry) {
            const usd = estimate * ratio();
            const outcome = spending.reserve(usd, limitUsd);
            if (outcome.id !== undefined) {
              reserved = { id: outcome.id, usd };
              underWay += 1;
              const left = admitted.get(row);
              if (left !== undefined) admitted.set(row, Math.max(0, left - estimate));
              return;
            }
            if (underWay === 0) {
              throw new BudgetError(judge, limitUsd, outcome.usedUsd, usd, 'question');
            }
          }
          // What is under way may turn out cheaper than what was set aside for it.
          await nextChange.promise;
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
  };

  return {
    row() {
      let planned: { turn: Promise<void>; decide: () => void; needUsd: NeedUsd } | undefined;
      let admission: Promise<void> | undefined;
      const row: RowBudget = {
        plan(needUsd) {
          const own = Promise.withResolvers<void>();
          planned = { turn: decided, decide: own.resolve, needUsd };
          decided = decided.then(() => own.promise);
        },
        async admit() {
          if (!planned) return;
          const { turn, decide, needUsd } = planned;
          admission ??= turn.then(() => letIn(row, needUsd)).finally(decide);
          await admission;
        },
        open: (question) => openBill(question, row),
        end() {
          planned?.decide();
          planned = undefined;
          admitted.delete(row);
          change();
        },
      };
      return row;
    },
  };
}
