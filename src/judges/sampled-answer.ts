import type { Answer, Once } from './answer.ts';
import { answerFromSamples, factsOf, isUsable, tooManyUnusable } from './answer-from-replies.ts';
import { drawSamples, split } from './draw-samples.ts';
import type { JudgeOptions } from './judge-options.ts';
import type { Question } from './question.ts';
import { countCame, type Sample, type SampledReply } from './reply.ts';
import { markCopies, type ReplyCopies } from './reply-copies.ts';

export interface Asking {
  judgeId: string;
  question: Question;
  options: Pick<JudgeOptions, 'samples' | 'maxRedraws' | 'maxInvalidShare' | 'uniqueReplyIds'>;
  /** Most replies to ask for in one request. */
  perRequest: number;
  asked: Omit<NonNullable<Answer['asked']>, 'requests' | 'samples'>;
  once: Once;
  /** Knows the replies that `send` has brought, and is told of those that were kept. */
  copies: ReplyCopies;
  /** Asks for `count` replies. */
  send: (count: number) => Promise<SampledReply>;
}

/**
 * Draws the configured number of samples and estimates the answer from them. Samples that are none of
 * the choices are drawn again, `maxRedraws` at most. All are kept, and those that do not count are told.
 *
 * What an earlier run has drawn in vain is not bought again: what can be used of it counts, the rest is
 * drawn anew, and whether too much is unusable is decided by what was drawn anew.
 *
 * @returns also the most replies that came for one request, where fewer came than were asked for
 * @throws JudgeError too large a share of the samples cannot be used
 */
export async function sampledAnswer(
  asking: Asking,
): Promise<{ answer: Answer; largestBatch: number | undefined }> {
  const { judgeId, question, options, asked } = asking;
  const { samples: wanted, maxInvalidShare } = options;
  const draws = startDraws(asking);
  const earlier: Sample[] = [];
  for (let first = wanted; ; ) {
    const { samples, isKept } = await drawOnce(first, earlier, asking, draws);
    const all = [...earlier, ...samples];
    const usable = all.filter((sample) => isUsable(question, sample));
    const unusable = samples.filter((sample) => !isUsable(question, sample)).length;
    if (usable.length > 0 && unusable / samples.length <= maxInvalidShare) {
      // No more than wanted, so that all answers rest on as many.
      const counted = new Set(usable.slice(0, wanted));
      const { replies, sent } = draws;
      return {
        answer: {
          ...answerFromSamples(
            question,
            all.filter((sample) => counted.has(sample) || !usable.includes(sample)),
          ),
          source: 'samples',
          asked: { ...asked, samples: wanted, requests: replies.length },
          ...factsOf(replies),
        },
        // What is kept may have been asked for in smaller requests.
        largestBatch: sent.some(({ came, size }) => came < size)
          ? Math.max(...sent.map(({ came }) => came))
          : undefined,
      };
    }
    // Of what an earlier run has drawn, too: nothing was asked yet.
    if (!isKept) throw tooManyUnusable(judgeId, question, samples, options);
    earlier.push(...samples);
    first = Math.max(wanted - usable.length, Math.min(wanted, unusable));
  }
}

/** Requests for one question, in their order in every run. */
interface Draws {
  draw(count: number): Promise<{ samples: Sample[]; isKept: boolean }>;
  replies: SampledReply[];
  /** For each request that was made now, how many replies it asked for and how many came. */
  sent: { size: number; came: number }[];
}

function startDraws({ perRequest, once, send, copies, question, options }: Asking): Draws {
  const replies: SampledReply[] = [];
  const sent: Draws['sent'] = [];
  let asked = 0;
  return {
    replies,
    sent,
    async draw(count) {
      let isKept = true;
      const request = async (first: number, size: number) => {
        asked = Math.max(asked, first + size);
        const reply = await once(partFrom(first), async () => {
          isKept = false;
          const brought = await send(size);
          sent.push({ size, came: countCame(brought) });
          return brought;
        });
        copies.note(reply, question);
        return reply;
      };
      const drawn = await drawSamples(count, perRequest, request, asked);
      const before = replies.length;
      replies.push(...drawn);
      const marked = options.uniqueReplyIds ? markCopies(replies) : replies;
      return { samples: marked.slice(before).flatMap(({ samples }) => samples), isKept };
    },
  };
}

/**
 * Draws until there are as many usable samples as wanted and few enough others, as long as that can
 * still be reached.
 *
 * @param first to draw in any case
 * @param earlier samples of which the usable ones count
 * @returns what was drawn; `isKept`: all of it by an earlier run
 */
async function drawOnce(
  first: number,
  earlier: readonly Sample[],
  { question, options }: Asking,
  draws: Draws,
): Promise<{ samples: Sample[]; isKept: boolean }> {
  const { samples: wanted, maxRedraws = wanted, maxInvalidShare } = options;
  const isUnusable = (sample: Sample) => !isUsable(question, sample);
  const kept = earlier.length - earlier.filter(isUnusable).length;
  let { samples, isKept } = await draws.draw(first);
  for (let left = maxRedraws; left > 0; ) {
    const unusable = samples.filter(isUnusable).length;
    // No share is small enough any more, whatever comes.
    if (unusable / (samples.length + left) > maxInvalidShare) break;
    const lacking = wanted - kept - (samples.length - unusable);
    const diluting = unusable === 0 ? 0 : Math.ceil(unusable / maxInvalidShare) - samples.length;
    const count = Math.min(left, Math.max(lacking, diluting));
    if (count <= 0) break;
    const drawn = await draws.draw(count);
    samples = [...samples, ...drawn.samples];
    isKept &&= drawn.isKept;
    left -= Math.max(count, drawn.samples.length);
  }
  return { samples, isKept };
}

/** The requests that `sampledAnswer` makes before any reply is there. */
export const firstDraws = (
  samples: number,
  perRequest: number,
): { part: string; count: number }[] =>
  split(samples, perRequest).map((count, index) => ({ part: partFrom(index * perRequest), count }));

const partFrom = (first: number): string => `samples from ${first}`;
