import type { ProviderConfig } from '../config.ts';
import { ConfigError } from '../config-error.ts';
import { type ImageFacts, imageFacts } from '../image-facts.ts';
import { estimateUsage } from '../judges/estimate-tokens.ts';
import type { GuardedJudge } from '../judges/guard.ts';
import type { Judge } from '../judges/judge.ts';
import { type Price, priceOf } from '../judges/price.ts';
import { type Account, createAccount } from './account.ts';
import { buyOnce } from './buy-once.ts';
import { isCacheEnabled } from './cache-use.ts';
import { type AnswerStore, sharedAnswerStore } from './store.ts';
import { storePath } from './store-file.ts';

/** What a row asks through. */
export interface RowDesk {
  judge: Judge;
  facts: ImageFacts;
  /** Undefined for a judge whose answers cost nothing: they are computed again. */
  store: AnswerStore | undefined;
}

/** Buys the answers of one provider entry. */
export interface Buyer {
  deskFor(row: { evaluation: string | undefined; repeatIndex: number }): RowDesk;
}

/**
 * @param entry names the provider entry across restarts of an evaluation
 * @throws ConfigError a budget without a known price
 */
export function createBuyer(
  config: ProviderConfig,
  judge: GuardedJudge,
  entry: string,
  useKept: boolean = isCacheEnabled(),
): Buyer {
  if (judge.kind === 'local') {
    const desk = { judge, facts: imageFacts(undefined), store: undefined };
    return { deskFor: () => desk };
  }
  const budget = budgetOf(config, judge, priceOf(config.judge, config.judgeOptions));
  const accounts = new Map<string, Account>();
  return {
    deskFor({ evaluation, repeatIndex }) {
      const store = sharedAnswerStore(storePath());
      const name = evaluation ?? '';
      const account = accounts.get(name) ?? createAccount(store, config.judge, entry, name, budget);
      accounts.set(name, account);
      const { judgeOptions: options } = config;
      const reader = { evaluation, ownOnly: !useKept };
      return {
        judge: buyOnce(judge, { store, options, reader, repeatIndex, account }),
        facts: imageFacts(store),
        store,
      };
    },
  };
}

function budgetOf({ budgetUsd, judge: judgeId }: ProviderConfig, judge: Judge, price: Price) {
  if (budgetUsd === undefined) return undefined;
  if (price.source === undefined) {
    throw new ConfigError(
      `budgetUsd: ${budgetUsd} cannot be kept, because the price of "${judgeId}" is not known; give judgeOptions.price or remove budgetUsd`,
    );
  }
  return {
    limitUsd: budgetUsd,
    estimateUsd: (question: Parameters<Judge['ask']>[0]) =>
      price.costUsd(estimateUsage(judge, question, question.images)) ?? 0,
  };
}
