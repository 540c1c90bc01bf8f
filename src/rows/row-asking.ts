import { randomUUID } from 'node:crypto';
import { type Ledger, openLedger } from '../batch/ledger.ts';
import { promiseOf } from '../batch/promise.ts';
import type { ProviderConfig } from '../config.ts';
import { ConfigError } from '../config-error.ts';
import { type ImageFacts, imageFacts } from '../image-facts.ts';
import { estimateUsage } from '../judges/estimate-tokens.ts';
import type { GuardedJudge } from '../judges/guard.ts';
import type { Judge, Question, Usage } from '../judges/judge.ts';
import { type Price, priceOf } from '../judges/price.ts';
import { type Account, createAccount } from './account.ts';
import { answerKey, replyKey } from './answer-key.ts';
import { buyOnce, isOfModelNow } from './buy-once.ts';
import { type RowSpending, type RowTally, rowTallies } from './row-tally.ts';
import { createServed, NAMED, type Served } from './served.ts';
import { type AnswerStore, digest, type Key, sharedAnswerStore } from './store.ts';
import { storePath } from './store-file.ts';

/** What a row asks through. */
export interface RowDesk {
  judge: Judge;
  facts: ImageFacts;
  /** Undefined for a judge whose answers cost nothing: they are computed again. */
  store: AnswerStore | undefined;
  /** Tells questions apart as the store does. */
  keyOf(question: Question): string;
  /** The key of the replies that an answer to the question is made of. */
  replyKeyOf(question: Question): Key;
  hasReply(key: Key, part: string): boolean;
  /** Whether the answer would come from the store. */
  isKept(question: Question): boolean;
  /** Which model answers now. */
  served: Served;
  /** What the evaluation has bought for the row so far; undefined: nothing costs anything. */
  spending(): RowSpending | undefined;
  /** Before a row is scored, see `RowAccount`. */
  plan(needUsd: () => Promise<number>): void;
  /** The row asks nothing more. */
  end(): void;
  /** What the answer will cost, about. */
  estimate(question: Question): { usage: Usage; costUsd: number | undefined };
}

/** Buys the answers of one provider entry. */
export interface Buyer {
  /**
   * @param row.name tells the row apart from all others of the evaluation
   * @param row.mayUseKept whether answers of other evaluations count
   */
  deskFor(row: {
    evaluation: string | undefined;
    repeatIndex: number;
    name: string;
    mayUseKept: boolean;
  }): Promise<RowDesk>;
}

const NO_TOKENS: Usage = { inputTokens: 0, outputTokens: 0 };

/**
 * @param entry names the provider entry across restarts of an evaluation
 * @throws ConfigError a budget without a known price
 */
export function createBuyer(config: ProviderConfig, judge: GuardedJudge, entry: string): Buyer {
  const { judgeOptions: options } = config;
  const price = priceOf(config.judge, options);
  const estimate = (question: Question) => {
    const usage =
      judge.kind === 'local' ? NO_TOKENS : estimateUsage(judge, question, question.images);
    return { usage, costUsd: price.costUsd(usage) };
  };
  const keyIn = (repeatIndex: number, served: Served) => (question: Question) =>
    JSON.stringify(answerKey(question, judge, options, repeatIndex, served.identity));
  const replyKeyIn = (repeatIndex: number, served: Served) => (question: Question) =>
    replyKey(question, judge, options, repeatIndex, served.identity);
  if (judge.kind === 'local') {
    return {
      deskFor: async ({ repeatIndex }) => ({
        judge,
        facts: imageFacts(undefined),
        store: undefined,
        served: NAMED,
        keyOf: keyIn(repeatIndex, NAMED),
        replyKeyOf: replyKeyIn(repeatIndex, NAMED),
        hasReply: () => false,
        isKept: () => false,
        spending: () => undefined,
        plan() {},
        end() {},
        estimate,
      }),
    };
  }
  const budget = budgetOf(config, price, (question) => estimate(question).costUsd ?? 0);
  const accounts = new Map<string, Account>();
  let opened: AnswerStore | undefined;
  let ledger: Ledger | undefined;
  let serving: Promise<Served> | undefined;
  let tallyOf: ((row: unknown) => RowTally) | undefined;
  return {
    async deskFor({ evaluation, repeatIndex, name: row, mayUseKept }) {
      opened ??= sharedAnswerStore(storePath());
      const store = opened;
      serving ??= createServed(judge, store.database);
      const served = await serving;
      const name = evaluation ?? '';
      const account = accounts.get(name) ?? createAccount(store, config.judge, entry, name, budget);
      accounts.set(name, account);
      tallyOf ??= rowTallies(store.database);
      // Without an evaluation there is nothing that a later try could go on with.
      const tally = tallyOf(['row', evaluation ?? randomUUID(), entry, row]);
      if (judge.batch) ledger ??= openLedger(store.database);
      const rowAccount = account.row();
      const promise = (key: Key) => ledger && promiseOf(ledger, digest(key));
      const reader = { evaluation, ownOnly: !mayUseKept };
      const hasReply = (key: Key, part: string): boolean => {
        const reply = store.reply(key, part, reader);
        return reply !== undefined && isOfModelNow(reply.value, served);
      };
      return {
        judge: buyOnce(judge, {
          ...{ store, options, reader, repeatIndex, tally, served, promiseOf: promise },
          account: rowAccount,
          costUsd: price.costUsd,
        }),
        facts: imageFacts(store),
        store,
        served,
        keyOf: keyIn(repeatIndex, served),
        replyKeyOf: replyKeyIn(repeatIndex, served),
        hasReply,
        isKept(question) {
          const { identity } = served;
          const key = answerKey(question, judge, options, repeatIndex, identity);
          const answer = store.answer(key, reader);
          if (answer && served.isCurrent(answer.model)) return true;
          // As a batch has brought them: the answer is made of them when it is asked for.
          const replies = replyKey(question, judge, options, repeatIndex, identity);
          const parts = judge.batch?.parts(question) ?? [];
          return parts.length > 0 && parts.every((part) => hasReply(replies, part));
        },
        spending: () => tally.spending(),
        plan: (needUsd) => rowAccount.plan(needUsd),
        end: () => rowAccount.end(),
        estimate,
      };
    },
  };
}

function budgetOf(
  { budgetUsd, judge }: ProviderConfig,
  { source }: Price,
  estimateUsd: (question: Question) => number,
) {
  if (budgetUsd === undefined) return undefined;
  if (source === undefined) {
    throw new ConfigError(
      `budgetUsd: ${budgetUsd} cannot be kept, because the price of "${judge}" is not known; give judgeOptions.price or remove budgetUsd`,
    );
  }
  return { limitUsd: budgetUsd, estimateUsd };
}
