import { describe, expect, test } from 'vitest';
import type { ItemPair } from '../../../src/statistics/ranking/pair-answer.ts';
import { askPairs, comparisonsFor } from '../../../src/statistics/ranking/rank-items.ts';
import { rankingOf } from '../../../src/statistics/ranking/ranking.ts';

/** Numbers of [0, 1) by a linear congruence, independent of the code under test. */
function uniforms(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Items 0..count-1 in a random order, the best first. */
function shuffled(count: number, seed: number): number[] {
  const uniform = uniforms(seed);
  return Array.from({ length: count }, (_, item) => ({ item, key: uniform() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

const model = 'bradley-terry';

/** Answers by the places of the items, and counts. */
function comparer(order: readonly number[], better: (distance: number) => number) {
  const place = new Map(order.map((item, index) => [item, index]));
  const asked: ItemPair[] = [];
  const rounds: ItemPair[][] = [];
  return {
    asked,
    rounds,
    compare: async (pairs: readonly ItemPair[]) => {
      rounds.push([...pairs]);
      asked.push(...pairs);
      return pairs.map(({ first, second }) => better(place.get(second)! - place.get(first)!));
    },
  };
}

const noiseless = (distance: number): number => (distance > 0 ? 1 : 0);

describe('a comparer that is always right and sure', () => {
  test.each([1, 2, 3, 4, 5, 7, 8, 9, 16, 23, 33, 64, 100, 128])(
    'sorts %i items within n log2 n comparisons, from random orders',
    async (count) => {
      for (let seed = 1; seed <= (count > 40 ? 3 : 12); seed++) {
        const order = shuffled(count, seed);
        const { compare, asked } = comparer(order, noiseless);
        const { answers } = await askPairs(count, compare, { model });
        const { items, contradicted } = rankingOf(count, answers);
        expect(items.map(({ item }) => item)).toEqual(order);
        expect(contradicted).toBe(0);
        expect(asked.length).toBeLessThanOrEqual(count * Math.log2(count));
      }
    },
  );

  test.each([
    [64, 1.04],
    [128, 1.07],
  ])('sorts %i items that come sorted within %d times as many', async (count, times) => {
    const order = Array.from({ length: count }, (_, item) => item);
    const comparisons = Math.floor(times * count * Math.log2(count));
    const { answers } = await askPairs(count, comparer(order, noiseless).compare, {
      model,
      comparisons,
    });
    expect(rankingOf(count, answers).items.map(({ item }) => item)).toEqual(order);
  });

  test('is asked in rounds in which no item stands twice, and no pair twice at all', async () => {
    const { compare, rounds, asked } = comparer(shuffled(20, 5), noiseless);
    await askPairs(20, compare, { model });
    for (const round of rounds) {
      const items = round.flatMap(({ first, second }) => [first, second]);
      expect(new Set(items).size).toBe(items.length);
    }
    const names = asked.map(({ first, second }) => [first, second].sort((a, b) => a - b).join());
    expect(new Set(names).size).toBe(asked.length);
    expect(rounds[0]).toHaveLength(10);
  });

  test('gives scores that never rise from one place to the next', async () => {
    const { compare } = comparer(shuffled(60, 2), noiseless);
    const { answers } = await askPairs(60, compare, { model });
    const scores = rankingOf(60, answers).items.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  });
});

describe('how many comparisons', () => {
  test.each([
    [1, 0],
    [2, 1],
    // 3 log2 3 is 4.75, but there are three pairs.
    [3, 3],
    [4, 6],
    [5, 10],
    [16, 64],
    [100, 664],
  ])('%i items: at most %i', (count, comparisons) => {
    expect(comparisonsFor(count)).toBe(comparisons);
  });

  test('a limit ends the asking, and every item has a place nevertheless', async () => {
    const { compare, asked } = comparer(shuffled(30, 3), noiseless);
    const { answers, endedBy } = await askPairs(30, compare, { model, comparisons: 40 });
    expect([asked.length, answers.length, endedBy]).toEqual([40, 40, 'comparisons']);
    const { items } = rankingOf(30, answers);
    expect(items.map(({ item }) => item).sort((a, b) => a - b)).toEqual([...Array(30).keys()]);
  });

  test('all pairs of a few items, and then no more', async () => {
    const { compare, asked } = comparer([2, 0, 1], () => 0.5);
    const { endedBy } = await askPairs(3, compare, { model, comparisons: 99 });
    expect([asked.length, endedBy]).toEqual([3, 'all']);
  });

  test('one item is asked about with nobody', async () => {
    const { answers } = await askPairs(
      1,
      () => Promise.reject(new Error('nothing is to be asked')),
      { model },
    );
    const [only, ...others] = rankingOf(1, answers).items;
    expect(others).toEqual([]);
    expect(only).toMatchObject({ rank: 1, score: 0, standardError: 0, comparisons: 0 });
    expect(only).not.toHaveProperty('decidedNext');
  });
});

describe('answers that leave something open', () => {
  test('ties: nothing is decided, all scores are equal', async () => {
    const { compare } = comparer(shuffled(6, 1), () => 0.5);
    const { answers } = await askPairs(6, compare, { model });
    const { items, contradicted } = rankingOf(6, answers);
    expect(items.map(({ score }) => Math.abs(score) < 1e-9)).toEqual(Array(6).fill(true));
    expect(items.slice(0, -1).map(({ decidedNext }) => decidedNext)).toEqual(Array(5).fill(false));
    expect(items[0]?.aboveNext).toBeCloseTo(0.5, 9);
    expect(contradicted).toBe(0);
  });

  test('a cycle of clear answers decides nothing, and is counted', () => {
    const { items, contradicted, clearlyContradicted } = rankingOf(3, [
      { first: 0, second: 1, probability: 1 },
      { first: 1, second: 2, probability: 1 },
      { first: 2, second: 0, probability: 1 },
    ]);
    expect(items.map(({ score }) => Number(score.toFixed(9)) + 0)).toEqual([0, 0, 0]);
    expect([contradicted, clearlyContradicted]).toEqual([1, 1]);
  });

  test('a tie contradicts nothing, also where rounding has moved it', () => {
    const answers = [
      { first: 0, second: 1, probability: 0.95 },
      { first: 1, second: 2, probability: 0.95 },
      { first: 0, second: 2, probability: 0.49999999999999994 },
    ];
    const { items, contradicted } = rankingOf(3, answers);
    expect(items.map(({ item }) => item)).toEqual([0, 1, 2]);
    expect(contradicted).toBe(0);
  });

  test('a weak answer against two clear ones is contradicted, and not clearly', () => {
    const { items, contradicted, clearlyContradicted } = rankingOf(3, [
      { first: 0, second: 1, probability: 0.95 },
      { first: 1, second: 2, probability: 0.95 },
      { first: 2, second: 0, probability: 0.6 },
    ]);
    expect(items.map(({ item }) => item)).toEqual([0, 1, 2]);
    expect([contradicted, clearlyContradicted]).toEqual([1, 0]);
  });

  test('a clear answer that nothing contradicts is followed, whatever others have won and lost', () => {
    // Item 1 has beaten ten others; item 0 has beaten item 1 alone and lost to four. By the scores of a solver of
    // its own (Newton's method in numpy) item 0 stands below item 1, 0.62 against 1.32.
    const clear = (first: number, second: number) => ({ first, second, probability: 0.99 });
    const { items, contradicted } = rankingOf(16, [
      ...[2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map((second) => clear(1, second)),
      ...[12, 13, 14, 15].map((first) => clear(first, 0)),
      { first: 0, second: 1, probability: 0.95 },
    ]);
    const place = (item: number) => items.findIndex((each) => each.item === item);
    expect(place(0)).toBeLessThan(place(1));
    expect(items[place(0)]?.score).toBeCloseTo(items[place(1)]!.score, 9);
    expect(contradicted).toBe(0);
  });

  test('a pair without an answer is named, counts against the limit and is not chosen again', async () => {
    const { compare } = comparer([0, 1, 2, 3], noiseless);
    const { answers, unanswered } = await askPairs(
      4,
      async (pairs) => {
        const outcomes = await compare(pairs);
        return outcomes.map((outcome, i) =>
          pairs[i]?.first === 0 && pairs[i]?.second === 1 ? undefined : outcome,
        );
      },
      { model },
    );
    expect(unanswered).toEqual([{ first: 0, second: 1 }]);
    expect(answers.length + unanswered.length).toBeLessThanOrEqual(8);
  });

  test('an item that gets no answer is given up after three pairs, and the others are sorted', async () => {
    const order = shuffled(16, 8);
    const { compare, asked } = comparer(order, noiseless);
    const { answers, unanswered } = await askPairs(
      16,
      async (pairs) => {
        const outcomes = await compare(pairs);
        return outcomes.map((outcome, i) =>
          [pairs[i]!.first, pairs[i]!.second].includes(5) ? undefined : outcome,
        );
      },
      { model },
    );
    expect(unanswered).toHaveLength(3);
    expect(asked.length).toBe(64);
    const sorted = rankingOf(16, answers).items.map(({ item }) => item);
    expect(sorted.filter((item) => item !== 5)).toEqual(order.filter((item) => item !== 5));
  });

  test('stops after the round in which it is told to', async () => {
    const { compare, rounds } = comparer(shuffled(12, 4), noiseless);
    const { endedBy } = await askPairs(12, compare, {
      model,
      isStopped: () => rounds.length === 2,
    });
    expect([rounds.length, endedBy]).toEqual([2, 'stopped']);
  });
});

describe('a comparer that is right and never sure', () => {
  // Answers of 0.27 to 0.73, none of which is clear.
  const soft = (distance: number) => 1 / (1 + Math.exp(-distance / 64));

  test.each([24, 64])(
    'compares %i items until a chain of answers joins all of them',
    async (count) => {
      const { compare } = comparer(shuffled(count, 6), soft);
      const { answers } = await askPairs(count, compare, { model });
      const joined = new Set([0]);
      for (const _ of answers) {
        for (const { first, second } of answers) {
          if (joined.has(first) || joined.has(second)) joined.add(first).add(second);
        }
      }
      expect(joined.size).toBe(count);
    },
  );

  test('sorts 64 items within n log2 n comparisons', async () => {
    const order = shuffled(64, 6);
    const { compare } = comparer(order, soft);
    const { answers } = await askPairs(64, compare, { model });
    expect(rankingOf(64, answers).items.map(({ item }) => item)).toEqual(order);
  });
});

test('the same answers lead to the same pairs', async () => {
  const first = comparer(shuffled(15, 9), (distance) => 1 / (1 + Math.exp(-distance / 3)));
  const second = comparer(shuffled(15, 9), (distance) => 1 / (1 + Math.exp(-distance / 3)));
  await askPairs(15, first.compare, { model });
  await askPairs(15, second.compare, { model });
  expect(second.rounds).toEqual(first.rounds);
});
