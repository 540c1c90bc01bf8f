import { type Answer, requestAnew } from './answer.ts';
import type { AskOptions } from './judge.ts';
import { JudgeError } from './judge-error.ts';
import type { JudgeOptions } from './judge-options.ts';
import { type RequestFailure, VendorFailure } from './reply-failure.ts';
import { type Asking, firstDraws, sampledAnswer } from './sampled-answer.ts';
import { samplesLimit } from './samples-limit.ts';

/** Samples of an endpoint that gives several for one request. */
export interface SeveralSamples {
  /** The requests of a question before any reply is there. */
  first(): { part: string; way: { source: 'samples'; samples: number } }[];
  /**
   * Draws the samples of a question. Where the endpoint refuses so many at once, or gives fewer, this question
   * and the later ones ask for as many as it does give.
   *
   * @throws JudgeError what went wrong, or too large a share of the samples cannot be used
   */
  answer(
    asking: Pick<Asking, 'question' | 'asked' | 'send'>,
    askOptions: Pick<AskOptions, 'once'>,
  ): Promise<Answer>;
}

/**
 * @param endpoint.most most samples to ask for at once, as far as it is known before anything was asked
 * @param endpoint.failureOf reads what its SDK threw
 * @param endpoint.refusing statuses by which it refuses a request as it is
 */
export function createSeveralSamples(
  { judgeId, options, copies }: Pick<Asking, 'judgeId' | 'copies'> & { options: JudgeOptions },
  endpoint: {
    most: number;
    failureOf: (error: unknown) => RequestFailure | undefined;
    refusing: readonly number[];
  },
): SeveralSamples {
  let largest = endpoint.most;
  const perRequest = () => Math.min(options.samples, options.samplesPerRequest ?? largest, largest);

  /** How many samples the endpoint gives at once, where it refused to give that many. */
  const refused = (error: unknown, asked: number): number | undefined => {
    const cause = error instanceof JudgeError ? error.cause : undefined;
    const failure = cause instanceof VendorFailure ? cause.failure : endpoint.failureOf(cause);
    const isRefusal =
      failure?.kind === 'reported' ||
      (failure?.kind === 'status' && endpoint.refusing.includes(failure.status));
    return isRefusal ? samplesLimit(failure.words, asked) : undefined;
  };

  return {
    first: () =>
      firstDraws(options.samples, perRequest()).map(({ part, count }) => ({
        part,
        way: { source: 'samples', samples: count },
      })),
    async answer(asking, { once = requestAnew }) {
      for (;;) {
        const most = perRequest();
        const all = { ...asking, judgeId, options, copies, once, perRequest: most };
        try {
          const { answer, largestBatch } = await sampledAnswer(all);
          if (largestBatch !== undefined) largest = Math.min(largest, largestBatch);
          return answer;
        } catch (error) {
          const limit = refused(error, most);
          if (limit === undefined) throw error;
          // What the endpoint did give is kept by `once`.
          largest = Math.min(largest, limit);
        }
      }
    },
  };
}
