import { z } from 'zod';
import { withoutSecrets } from '../common/without-secrets.ts';
import type { Answer, Once, Usage } from '../judges/answer.ts';
import { batchPriceShare } from '../judges/batch.ts';
import type { CheckedJudge } from '../judges/checked-judge.ts';
import type { Judge } from '../judges/judge.ts';
import { JudgeError } from '../judges/judge-error.ts';
import type { JudgeOptions } from '../judges/judge-options.ts';
import type { Question } from '../judges/question.ts';
import { UNNAMED_MODEL } from '../judges/reply.ts';
import type { UploadOnce } from '../judges/upload-once.ts';
import { answerKey, replyKey } from './answer-key.ts';
import type { RowBudget } from './entry-budget.ts';
import { sharedLeases } from './leases.ts';
import type { RowSpendingRecord } from './row-spending.ts';
import { NAMED, type Served } from './served.ts';
import type { AnswerStore, Key, Reader } from './store.ts';

/** Calls under way in this process, whichever provider instance makes them. */
const UNDER_WAY = Symbol.for('promptfoo-iqa.answers-under-way');
const shared = globalThis as { [UNDER_WAY]?: Map<string, RunningCall> };

interface RunningCall {
  answer: Promise<Answer>;
  judge: CheckedJudge;
  signal: AbortSignal | undefined;
}

export interface AskOnceSetting {
  store: AnswerStore;
  options: JudgeOptions;
  reader: Reader;
  /** `--repeat`: every repetition has answers of its own. */
  repeatIndex: number;
  /** Of the row that asks. */
  budget: RowBudget;
  /** Counts what is bought for the row that asks. */
  spent: RowSpendingRecord;
  /** Price of tokens; undefined where it is unknown. */
  costUsd: (usage: Usage) => number | undefined;
  /** Which model answers now. Left out: the name is one model. */
  served?: Served;
  /** Why not to ask for the replies with this key: a batch will bring them. */
  whyAwaited?: (replyKey: Key) => string | undefined;
  /** Of the judge's vendor. */
  uploadOnce?: UploadOnce;
}

/**
 * A judge whose answers are bought once: what the store has is not asked for, what is under way is
 * waited for, and what arrives is on the disk before it is given back.
 */
export function askOnce(judge: CheckedJudge, setting: AskOnceSetting): Judge {
  const { store, options, reader, repeatIndex, served = NAMED } = setting;
  shared[UNDER_WAY] ??= new Map();
  const underWay = shared[UNDER_WAY];
  return {
    ...judge,
    async ask(question, { signal }) {
      let isAdmitted = false;
      for (;;) {
        signal?.throwIfAborted();
        const key = answerKey(question, judge, options, repeatIndex, served.identity);
        const kept = store.answer(key, reader);
        if (kept && served.isCurrent(kept.model)) return { ...kept, reused: true };
        const place = JSON.stringify([store.path, reader, key]);
        const running = underWay.get(place);
        if (!running) {
          // Before others wait for this one: it may have to wait for their rows to end.
          if (
            !isAdmitted &&
            !store.hasReplies(
              replyKey(question, judge, options, repeatIndex, served.identity),
              reader,
            )
          ) {
            await setting.budget.admit();
            isAdmitted = true;
            continue;
          }
          const answer = buy(judge, question, key, setting, signal).finally(() =>
            underWay.delete(place),
          );
          underWay.set(place, { answer, judge, signal });
          try {
            return await answer;
          } catch (error) {
            if (error instanceof OtherModelError) continue;
            throw error;
          }
        }
        try {
          return { ...(await running.answer), reused: true };
        } catch (error) {
          if (error instanceof OtherModelError) continue;
          // A call that its own row gave up, or that failed for another provider entry with a key, a
          // budget and limits of its own, is no verdict on the question: ask it again.
          if (!running.signal?.aborted && running.judge === judge) throw error;
        }
      }
    },
  };
}

/** A server that could not be asked what it serves has answered, and is another one than it was taken for. */
class OtherModelError extends Error {}

/**
 * Buys an answer that the store has not, unless another process is just doing so: then its answer is
 * waited for. Under `--no-cache` each evaluation buys its own.
 */
async function buy(
  judge: CheckedJudge,
  question: Question,
  key: unknown,
  setting: AskOnceSetting,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const { store, options, reader, repeatIndex, whyAwaited, served = NAMED } = setting;
  const begunWith = served.identity;
  const replyPlace = replyKey(question, judge, options, repeatIndex, begunWith);
  const promise = reader.ownOnly ? undefined : whyAwaited?.(replyPlace);
  if (promise !== undefined) throw new JudgeError(judge.id, promise);
  if (reader.ownOnly) return buyNow(judge, question, key, setting, signal);
  let kept: Answer | undefined;
  const isHere = () => {
    const found = store.answer(key, reader);
    kept = found && served.isCurrent(found.model) ? found : undefined;
    return kept !== undefined;
  };
  const giveBack = await sharedLeases(store.database).take(replyPlace, isHere, signal);
  if (kept) return { ...(kept as Answer), reused: true };
  try {
    // Another question has found out meanwhile.
    if (served.identity !== begunWith) throw new OtherModelError();
    return await buyNow(judge, question, key, setting, signal);
  } finally {
    giveBack?.();
  }
}

async function buyNow(
  judge: CheckedJudge,
  question: Question,
  key: unknown,
  setting: AskOnceSetting,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const { store, options, reader, repeatIndex, budget, spent, costUsd, uploadOnce } = setting;
  const { served = NAMED } = setting;
  const { evaluation } = reader;
  const reservation = budget.open(question);
  const begunWith = served.identity;
  const replyPlace = replyKey(question, judge, options, repeatIndex, begunWith);
  // Replies that are here already, as from a batch, are no reason to set money aside.
  const hasReplies = store.hasReplies(replyPlace, reader);
  let reserving: Promise<void> | undefined;
  const reserve = () => {
    reserving ??= reservation.reserve();
    return reserving;
  };
  /** Costs of the replies that were bought now, and of all that the question has. */
  const bought: (number | undefined)[] = [];
  const kept: (number | undefined)[] = [];
  const boughtBefore: string[] = [];
  const writes: Promise<void>[] = [];
  const once: Once = async (part, request) => {
    const known = store.reply(replyPlace, part, reader);
    if (known && isOfModelNow(known.value, served)) {
      if (known.boughtAt !== undefined) boughtBefore.push(known.boughtAt);
      kept.push(costOfReply(known.value, costUsd, judge));
      // What the judge kept is what it gets back: `part` tells replies of different types apart.
      return known.value as Awaited<ReturnType<typeof request>>;
    }
    await reserve();
    const reply = withoutSecrets(await request());
    const cost = costOfReply(reply, costUsd, judge);
    bought.push(cost);
    kept.push(cost);
    await served.settle();
    const isOther = served.identity !== begunWith;
    const place = isOther
      ? replyKey(question, judge, options, repeatIndex, served.identity)
      : replyPlace;
    const paid = { key: place, judge: judge.id, evaluation };
    // Not waited for here, so that an answer made of one reply is written together with it.
    const write = store.keepReply(paid, part, reply, () => {
      spent.pay(cost);
      served.keep(modelOf(reply) ?? UNNAMED_MODEL);
    });
    write.catch(() => {});
    writes.push(write);
    if (isOther) throw new OtherModelError();
    return reply;
  };
  try {
    // Before the question's turn comes, so that no place at the endpoint waits for it; replies that are
    // here already need no image.
    if (!hasReplies) {
      await Promise.all(question.images.map((image) => image.encoded()));
    }
    const answer = await judge.ask(question, {
      ...(signal && { signal }),
      once,
      ...(uploadOnce && { uploadOnce }),
      admit: hasReplies ? async () => {} : reserve,
    });
    const isBought = bought.length > 0 || !hasReplies;
    await Promise.all([
      ...writes,
      store.keepAnswer({ key, judge: judge.id, evaluation }, answer, () => {
        reservation.settle(hasReplies ? sum(bought) : answer.costUsd);
        if (isBought) spent.answer();
        // A judge that hands over no single replies.
        if (isBought && bought.length === 0) spent.pay(answer.costUsd);
      }),
    ]);
    if (isBought) return answer;
    // As old as the last reply that it is made of.
    const boughtAt = boughtBefore.sort().at(-1);
    return { ...answer, reused: true, ...(boughtAt !== undefined && { boughtAt }) };
  } catch (error) {
    await Promise.allSettled(writes);
    const lost = error instanceof JudgeError ? error.paid : undefined;
    reservation.cancel(sum(lost ? [...bought, lost.costUsd] : bought));
    if (lost) spent.lose(lost.costUsd);
    spent.leave(kept);
    throw error;
  }
}

const modelOf = (reply: unknown): string | undefined =>
  z.object({ model: z.string() }).safeParse(reply).data?.model;

/** Whether a kept reply is of the model that answers now; one that names none is of any. */
export function isOfModelNow(reply: unknown, served: Served): boolean {
  const model = modelOf(reply);
  return model === undefined || served.isCurrent(model);
}

const sum = (costsUsd: readonly (number | undefined)[]): number | undefined =>
  costsUsd.reduce<number | undefined>(
    (total, cost) => (total === undefined || cost === undefined ? undefined : total + cost),
    0,
  );

/** What replies tell of their price, see `ReplyFacts`. */
const pricedReplySchema = z.object({
  usage: z.custom<Usage>((usage) => usage !== null && typeof usage === 'object'),
  batch: z.boolean().optional(),
});

function costOfReply(
  reply: unknown,
  costUsd: (usage: Usage) => number | undefined,
  judge: CheckedJudge,
): number | undefined {
  const priced = pricedReplySchema.safeParse(reply);
  if (!priced.success) return undefined;
  const cost = costUsd(priced.data.usage);
  return cost === undefined ? undefined : cost * (priced.data.batch ? batchPriceShare(judge) : 1);
}
