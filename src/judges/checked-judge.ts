import pLimit from 'p-limit';
import { withoutSecrets } from '../common/without-secrets.ts';
import type { Answer, Usage } from './answer.ts';
import { batchPriceShare } from './batch.ts';
import { checkAnswer } from './check-answer.ts';
import type { AskOptions, Judge } from './judge.ts';
import { JudgeError } from './judge-error.ts';
import type { Question } from './question.ts';

/** A judge with what holds for all of them. */
export interface CheckedJudge extends Judge {
  ask(
    question: Question,
    options: AskOptions & {
      /** Called when the question's turn has come; what it throws is thrown, and nothing is asked. */
      admit?: () => Promise<void>;
    },
  ): Promise<Answer>;
}

/**
 * Adds to a judge what holds for all: the limit, the abort signal while waiting, the check of
 * answers, their price, and that no key gets out.
 *
 * @param costUsd price of an answer's tokens; undefined where it is unknown
 */
export function checkedJudge(
  judge: Judge,
  maxConcurrency: number,
  costUsd: (usage: Usage) => number | undefined = () => undefined,
): CheckedJudge {
  const limit = pLimit(judge.limitsItself ? Number.POSITIVE_INFINITY : maxConcurrency);
  const ask: CheckedJudge['ask'] = (question, { admit, ...options }) =>
    limit(async () => {
      options.signal?.throwIfAborted();
      await admit?.();
      const answer = checkAnswer(judge.id, question, await judge.ask(question, options));
      return withoutSecrets(priced(answer, costUsd, batchPriceShare(judge)));
    });
  return {
    ...judge,
    async ask(question, options) {
      try {
        return await ask(question, options);
      } catch (error) {
        options.signal?.throwIfAborted();
        throw withoutSecrets(pricedFailure(error, costUsd));
      }
    },
  };
}

function priced(
  answer: Answer,
  costUsd: (usage: Usage) => number | undefined,
  batchShare: number,
): Answer {
  if (answer.costUsd !== undefined || !answer.usage) return answer;
  const requests = answer.asked?.requests ?? 1;
  const cost = costOfRequests(answer.usage, requests, costUsd);
  if (cost === undefined) return answer;
  const batchCost = answer.batchUsage ? costOfRequests(answer.batchUsage, requests, costUsd) : 0;
  if (batchCost === undefined) return answer;
  return { ...answer, costUsd: cost - (1 - batchShare) * batchCost };
}

/** Vendors charge long requests at a higher price each, so that of a mean one is what counts. */
function costOfRequests(
  usage: Usage,
  requests: number,
  costUsd: (usage: Usage) => number | undefined,
): number | undefined {
  const { inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens } = usage;
  const cost = costUsd({
    inputTokens: inputTokens / requests,
    outputTokens: outputTokens / requests,
    ...(cachedInputTokens && { cachedInputTokens: cachedInputTokens / requests }),
    ...(cacheWriteTokens && { cacheWriteTokens: cacheWriteTokens / requests }),
  });
  return cost === undefined ? undefined : cost * requests;
}

function pricedFailure(error: unknown, costUsd: (usage: Usage) => number | undefined): unknown {
  if (error instanceof JudgeError && error.paid?.usage) {
    const cost = costUsd(error.paid.usage);
    if (cost !== undefined) error.paid.costUsd = cost;
  }
  return error;
}
