import { countCame } from './reply.ts';

/**
 * Draws sampled replies until there are `wanted`, however many an endpoint gives for one request: what
 * a request brings too little is asked for again.
 *
 * @param perRequest most to ask for at once
 * @param request asks for `count` replies; `first` is the number of the first one, which tells the
 *   requests of a question apart in every run. Brings at least one, or rejects.
 * @param before replies that were asked for already
 */
export async function drawSamples<Reply extends { samples: readonly unknown[]; came?: number }>(
  wanted: number,
  perRequest: number,
  request: (first: number, count: number) => Promise<Reply>,
  before = 0,
): Promise<Reply[]> {
  const replies: Reply[] = [];
  let size = perRequest;
  let asked = before;
  for (let missing = wanted; missing > 0; ) {
    const counts = split(missing, size);
    const starts = counts.map((_, index) => asked + index * size);
    const outcomes = await Promise.allSettled(
      counts.map((count, index) => request(starts[index]!, count)),
    );
    const brought = outcomes.map((outcome) => {
      if (outcome.status === 'rejected') throw outcome.reason;
      return outcome.value;
    });
    replies.push(...brought);
    const most = Math.max(...brought.map(countCame));
    // An endpoint that ignores the number asked for gives one; the next ones are asked for singly.
    asked += asked === 0 && counts.length === 1 ? most : missing;
    size = Math.min(size, most);
    missing -= brought.reduce((sum, { samples }) => sum + samples.length, 0);
  }
  return replies;
}

/** `total` as a list of `size` and one rest. */
export const split = (total: number, size: number): number[] =>
  Array.from({ length: Math.ceil(total / size) }, (_, index) =>
    Math.min(size, total - index * size),
  );
