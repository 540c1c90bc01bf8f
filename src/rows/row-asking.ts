import { randomUUID } from 'node:crypto';
import { answerKey, replyKey } from '../answers/answer-key.ts';
import { askOnce, isOfModelNow } from '../answers/ask-once.ts';
import { createEntryBudget, type EntryBudget } from '../answers/entry-budget.ts';
import { type ImageFacts, imageFacts } from '../answers/image-facts.ts';
import { type RowSpending, type RowSpendingRecord, rowSpendings } from '../answers/row-spending.ts';
import { createServed, NAMED, type Served } from '../answers/served.ts';
import { type AnswerStore, digest, type Key, sharedAnswerStore } from '../answers/store.ts';
import { storePath } from '../answers/store-file.ts';
import { whyAwaited } from '../batch/awaited-reply.ts';
import { type BatchRecords, openBatchRecords } from '../batch/batch-records.ts';
import { uploadRecords } from '../batch/upload-records.ts';
import { ConfigError } from '../common/config-error.ts';
import type { Once, Usage } from '../judges/answer.ts';
import type { CheckedJudge } from '../judges/checked-judge.ts';
import { estimateUsage } from '../judges/estimate-tokens.ts';
import { answerFromKept } from '../judges/from-kept-replies.ts';
import type { Judge } from '../judges/judge.ts';
import { type Price, priceOf } from '../judges/price.ts';
import type { Question } from '../judges/question.ts';
import { createUploadOnce, type UploadOnce } from '../judges/upload-once.ts';
import type { ProviderConfig } from '../method/config.ts';
import { localBudgets } from './local-budgets.ts';

/** What a row asks through. */
export interface RowAsking {
  judge: Judge;
  facts: ImageFacts;
  /** Undefined for a judge whose answers cost nothing: they are computed again. */
  store: AnswerStore | undefined;
  /** Tells questions apart as the store does. */
  keyOf(question: Question): string;
  /** The key of the replies that an answer to the question is made of. */
  replyKeyOf(question: Question): Key;
  hasReply(key: Key, part: string): boolean;
  /** Whether the answer would come from the store, or what a batch would bring is there. */
  isKept(question: Question): boolean;
  /**
   * Whether the answer would come from the store, or all replies to the question are there: its answer, or its
   * error, is read from them without a request.
   */
  hasAllReplies(question: Question): Promise<boolean>;
  /** Which model answers now. */
  served: Served;
  /** What the evaluation has bought for the row so far; undefined: nothing costs anything. */
  spending(): RowSpending | undefined;
  /** Before a row is scored, see `RowBudget`. */
  plan(needUsd: () => Promise<number>): void;
  /** The row asks nothing more. */
  end(): void;
  /** What the answer will cost, about. */
  estimate(question: Question): { usage: Usage; costUsd: number | undefined };
}

/** Buys the answers of one provider entry. */
export interface EntryAsking {
  /**
   * @param row.name tells the row apart from all others of the evaluation
   * @param row.mayUseKept whether answers of other evaluations count
   */
  askingFor(row: {
    evaluation: string | undefined;
    repeatIndex: number;
    name: string;
    mayUseKept: boolean;
  }): Promise<RowAsking>;
}

const NO_TOKENS: Usage = { inputTokens: 0, outputTokens: 0 };

/**
 * @param entry names the provider entry across restarts of an evaluation
 * @throws ConfigError a budget without a known price
 */
export function createEntryAsking(
  config: ProviderConfig,
  judge: CheckedJudge,
  entry: string,
): EntryAsking {
  const { judgeOptions: options } = config;
  const price = priceOf(judge, options);
  const estimate = (question: Question) => {
    const usage =
      judge.isFree && !options.price ? NO_TOKENS : estimateUsage(judge, question, question.images);
    return { usage, costUsd: price.costUsd(usage) };
  };
  const keyIn = (repeatIndex: number, served: Served) => (question: Question) =>
    JSON.stringify(answerKey(question, judge, options, repeatIndex, served.identity));
  const replyKeyIn = (repeatIndex: number, served: Served) => (question: Question) =>
    replyKey(question, judge, options, repeatIndex, served.identity);
  const limit = budgetOf(config, price, (question) => estimate(question).costUsd ?? 0);
  if (!judge.usesStore) {
    const openRow = localBudgets(judge, limit);
    return {
      askingFor: async ({ evaluation, repeatIndex }) => ({
        ...openRow(evaluation),
        facts: imageFacts(undefined),
        store: undefined,
        served: NAMED,
        keyOf: keyIn(repeatIndex, NAMED),
        replyKeyOf: replyKeyIn(repeatIndex, NAMED),
        hasReply: () => false,
        isKept: () => false,
        hasAllReplies: async () => false,
        spending: () => undefined,
        estimate,
      }),
    };
  }
  const budgets = new Map<string, EntryBudget>();
  let opened: AnswerStore | undefined;
  let records: BatchRecords | undefined;
  let uploadOnce: UploadOnce | undefined;
  let serving: Promise<Served> | undefined;
  let spendingOf: ((row: unknown) => RowSpendingRecord) | undefined;
  return {
    async askingFor({ evaluation, repeatIndex, name: row, mayUseKept }) {
      opened ??= sharedAnswerStore(storePath());
      const store = opened;
      serving ??= createServed(judge, store.database);
      const served = await serving;
      const name = evaluation ?? '';
      const budget =
        budgets.get(name) ?? createEntryBudget(store, config.judge, entry, name, limit);
      budgets.set(name, budget);
      spendingOf ??= rowSpendings(store.database);
      // Without an evaluation there is nothing that a later try could go on with.
      const spent = spendingOf(['row', evaluation ?? randomUUID(), entry, row]);
      if (judge.batch) {
        records ??= openBatchRecords(store.database);
        uploadOnce ??= createUploadOnce(uploadRecords(records, judge));
      }
      const rowBudget = budget.row();
      const whyReplyIsAwaited = (key: Key) => records && whyAwaited(records, digest(key));
      const reader = { evaluation, ownOnly: !mayUseKept };
      const replyOf = (key: Key, part: string) => {
        const reply = store.reply(key, part, reader);
        return reply && isOfModelNow(reply.value, served) ? reply : undefined;
      };
      const hasReply = (key: Key, part: string): boolean => replyOf(key, part) !== undefined;
      const replyKeyOf = replyKeyIn(repeatIndex, served);
      const hasAnswer = (question: Question): boolean => {
        const key = answerKey(question, judge, options, repeatIndex, served.identity);
        const answer = store.answer(key, reader);
        return answer !== undefined && served.isCurrent(answer.model);
      };
      return {
        judge: askOnce(judge, {
          ...{ store, options, reader, repeatIndex, spent, served, whyAwaited: whyReplyIsAwaited },
          budget: rowBudget,
          costUsd: price.costUsd,
          ...(uploadOnce && { uploadOnce }),
        }),
        facts: imageFacts(store),
        store,
        served,
        keyOf: keyIn(repeatIndex, served),
        replyKeyOf,
        hasReply,
        isKept(question) {
          if (hasAnswer(question)) return true;
          // As a batch has brought them: the answer is made of them when it is asked for.
          const replies = replyKeyOf(question);
          const parts = judge.batch?.parts(question) ?? [];
          return parts.length > 0 && parts.every((part) => hasReply(replies, part));
        },
        async hasAllReplies(question) {
          if (hasAnswer(question)) return true;
          const replies = replyKeyOf(question);
          if (!store.hasReplies(replies, reader)) return false;
          const once: Once = async (part, request) => {
            const kept = replyOf(replies, part);
            return kept ? (kept.value as Awaited<ReturnType<typeof request>>) : request();
          };
          return answerFromKept(judge, question, { once }).then(
            (answer) => answer !== undefined,
            // They are no answer, which is read from them again.
            () => true,
          );
        },
        spending: () => spent.spending(),
        plan: (needUsd) => rowBudget.plan(needUsd),
        end: () => rowBudget.end(),
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
