import { answerFromSamples, factsOf } from './answers.ts';
import { drawSamples, split } from './draw-samples.ts';
import type { Answer, Question } from './judge.ts';
import type { JudgeOptions } from './judge-options.ts';
import type { SampledReply } from './reply.ts';

interface Asking {
  judgeId: string;
  question: Question;
  options: Pick<JudgeOptions, 'samples' | 'maxInvalidShare'>;
  /** Most replies to ask for in one request. */
  perRequest: number;
  asked: Omit<NonNullable<Answer['asked']>, 'requests'>;
  /** Asks for `count` replies; `part` tells the requests of the question apart. */
  request: (part: string, count: number) => Promise<SampledReply>;
}

/**
 * Draws the configured number of samples and estimates the answer from them.
 *
 * @returns also the most replies that came for one request
 * @throws JudgeError too many samples were none of the choices
 */
export async function sampledAnswer(
  asking: Asking,
): Promise<{ answer: Answer; largestBatch: number }> {
  const { judgeId, question, options, perRequest, asked, request } = asking;
  const replies = await drawSamples(options.samples, perRequest, (first, count) =>
    request(partFrom(first), count),
  );
  const samples = replies.flatMap((reply) => reply.samples).slice(0, options.samples);
  return {
    answer: {
      ...answerFromSamples(judgeId, question, samples, options),
      source: 'samples',
      asked: { ...asked, requests: replies.length },
      ...factsOf(replies),
    },
    largestBatch: Math.max(...replies.map((reply) => reply.samples.length)),
  };
}

/** The requests that `sampledAnswer` makes before any reply is there. */
export const firstDraws = (
  samples: number,
  perRequest: number,
): { part: string; count: number }[] =>
  split(samples, perRequest).map((count, index) => ({ part: partFrom(index * perRequest), count }));

const partFrom = (first: number): string => `samples from ${first}`;
