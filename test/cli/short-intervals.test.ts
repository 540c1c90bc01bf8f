import { expect, it } from 'vitest';
import { describeRanking } from '../../cli/rank/describe.ts';
import { areIntervalsShort, type RankedFolder } from '../../cli/rank/ranked.ts';
import { type PairAnswer, rankingOf } from '../../src/statistics/index.ts';

/** As if images had been asked about in these pairs, each answer being "the first". */
function ranked(pairs: readonly (readonly [first: number, second: number])[]): RankedFolder {
  const answers = pairs.map(([first, second]): PairAnswer => ({ first, second, probability: 1 }));
  return {
    ranking: rankingOf(5, answers),
    uncompared: [],
    pairs: answers.map(({ first, second }) => ({
      ...{ first, second, better: 1, shownFirst: 1, shownSecond: 1, tie: 0 },
      ...{ positionBias: 0, isInconsistent: false },
      ...{ costUsd: 0, paidUsd: 0, answers: 2, asked: 2, source: 'samples' },
    })),
    unanswered: [],
    endedBy: 'comparisons',
    images: ['a', 'b', 'c', 'd', 'e'].map((image) => ({ image, sha256: image })),
    leftOut: [],
    ...{ judge: 'openai:test', prompt: 'pair', model: 'bradley-terry', confidence: 0.95 },
    comparisons: pairs.length,
  };
}

/** Each of the five is preferred to two others, round and round. */
const ROUND = [0, 1, 2, 3, 4].flatMap((item) =>
  [1, 2].map((step) => [item, (item + step) % 5] as const),
);

it('intervals are called too short where each answer is one vote, unless all pairs were asked', () => {
  const some = ranked(ROUND.slice(0, 9));
  expect(areIntervalsShort(some)).toBe(true);
  expect(describeRanking(some)).toContain(
    'The intervals are too short: each answer is worth little more than one vote',
  );
  expect(describeRanking(some)).toContain('Take token probabilities, or more samples');
  const byTokens = some.pairs.map((pair) => ({ ...pair, source: 'logprobs' }));
  expect(describeRanking({ ...some, pairs: byTokens })).not.toContain('Take token probabilities');
  expect(areIntervalsShort(ranked(ROUND))).toBe(false);
});

it('of answers too few to show what one is worth it is not said', () => {
  const chain = ranked([
    [0, 1],
    [1, 2],
    [2, 3],
    [3, 4],
    [0, 4],
  ]);
  expect(areIntervalsShort(chain)).toBe(false);
  expect(describeRanking(chain)).toContain('Each answer counts as one comparison');
});
