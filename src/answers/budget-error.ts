import { significant } from '../common/significant.ts';
/** A question that was not asked because it would have exceeded the budget. */
export class BudgetError extends Error {
  override readonly name = 'BudgetError';

  /** @param next what would cost `nextUsd`: all questions about an image that are yet to be asked, or one */
  constructor(
    judge: string,
    limitUsd: number,
    usedUsd: number,
    nextUsd: number,
    next: 'image' | 'question',
  ) {
    super(
      `judge ${judge}: not asked, because budgetUsd ${limitUsd} would be exceeded: ${usd(usedUsd)} are spent or under way in this evaluation and the next ${next} costs about ${usd(nextUsd)}; raise budgetUsd and run it again, which buys no answer twice (--retry-errors would keep the old budget)`,
    );
  }
}

const usd = (amount: number): string => `${significant(amount, 4)} USD`;
