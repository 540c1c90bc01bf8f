import type { ProviderConfig } from '../config.ts';
import type { GuardedJudge } from '../judges/guard.ts';
import type { Answer, Judge, Once, Question } from '../judges/judge.ts';
import { JudgeError } from '../judges/judge-error.ts';
import { withoutSecrets } from '../judges/without-secrets.ts';
import type { Account } from './account.ts';
import { answerKey, replyKey } from './answer-key.ts';
import type { AnswerStore, Key, Reader } from './store.ts';

/** Calls under way in this process, whichever provider instance makes them. */
const UNDER_WAY = Symbol.for('promptfoo-iqa.answers-under-way');
const shared = globalThis as { [UNDER_WAY]?: Map<string, RunningCall> };

interface RunningCall {
  answer: Promise<Answer>;
  judge: GuardedJudge;
  signal: AbortSignal | undefined;
}

export interface Purchasing {
  store: AnswerStore;
  options: ProviderConfig['judgeOptions'];
  reader: Reader;
  /** `--repeat`: every repetition has answers of its own. */
  repeatIndex: number;
  account: Account;
  /** Whether a batch that is under way will bring the replies with this key. */
  isInBatch?: (replyKey: Key) => boolean;
}

/**
 * A judge whose answers are bought once: what the store has is not asked for, what is under way is
 * waited for, and what arrives is on the disk before it is given back.
 */
export function buyOnce(judge: GuardedJudge, purchasing: Purchasing): Judge {
  const { store, options, reader, repeatIndex } = purchasing;
  shared[UNDER_WAY] ??= new Map();
  const underWay = shared[UNDER_WAY];
  return {
    ...judge,
    async ask(question, { signal }) {
      const key = answerKey(question, judge, options, repeatIndex);
      const place = JSON.stringify([store.path, reader, key]);
      for (;;) {
        signal?.throwIfAborted();
        const kept = store.answer(key, reader);
        if (kept) return { ...kept, reused: true };
        const running = underWay.get(place);
        if (!running) {
          const answer = buy(judge, question, key, purchasing, signal).finally(() =>
            underWay.delete(place),
          );
          underWay.set(place, { answer, judge, signal });
          return answer;
        }
        try {
          return { ...(await running.answer), reused: true };
        } catch (error) {
          // A call that its own row gave up, or that failed for another provider entry with a key, a
          // budget and limits of its own, is no verdict on the question: ask it again.
          if (!running.signal?.aborted && running.judge === judge) throw error;
        }
      }
    },
  };
}

async function buy(
  judge: GuardedJudge,
  question: Question,
  key: unknown,
  { store, options, reader, repeatIndex, account, isInBatch }: Purchasing,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const { evaluation } = reader;
  const bill = account.open(question);
  const replyPlace = replyKey(question, judge, options, repeatIndex);
  if (!reader.ownOnly && isInBatch?.(replyPlace)) {
    throw new JudgeError(
      judge.id,
      'a batch that is under way will bring this answer, and asking now would buy it twice; run "batch collect" when it has ended, or "batch cancel", then go on with --retry-errors',
    );
  }
  // Replies that are here already, as from a batch, are no reason to set money aside.
  const hasReplies = store.hasReplies(replyPlace, reader);
  let reservation: Promise<void> | undefined;
  const reserve = () => {
    reservation ??= bill.reserve();
    return reservation;
  };
  let replies = 0;
  const writes: Promise<void>[] = [];
  const once: Once = async (part, request) => {
    const kept = store.reply(replyPlace, part, reader);
    // What the judge kept is what it gets back: `part` tells replies of different types apart.
    if (kept) return kept.value as Awaited<ReturnType<typeof request>>;
    await reserve();
    const reply = withoutSecrets(await request());
    replies += 1;
    // Not waited for here, so that an answer made of one reply is written together with it.
    const write = store.keepReply({ key: replyPlace, judge: judge.id, evaluation }, part, reply);
    write.catch(() => {});
    writes.push(write);
    return reply;
  };
  try {
    const answer = await judge.ask(question, {
      ...(signal && { signal }),
      once,
      admit: hasReplies ? async () => {} : reserve,
    });
    await Promise.all([
      ...writes,
      store.keepAnswer({ key, judge: judge.id, evaluation }, answer, () =>
        bill.settle(answer.costUsd),
      ),
    ]);
    return hasReplies && replies === 0 ? { ...answer, reused: true } : answer;
  } catch (error) {
    await Promise.allSettled(writes);
    bill.cancel(paidFor(error, replies));
    throw error;
  }
}

/** What a failed question cost, in US dollars; undefined: something, but nobody knows how much. */
function paidFor(error: unknown, replies: number): number | undefined {
  const paid = error instanceof JudgeError ? error.paid : undefined;
  if (paid || replies > 0) return paid?.costUsd;
  return 0;
}
