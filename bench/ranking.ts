import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { plainTable } from '../src/common/plain-table.ts';
import { krcc } from '../src/statistics/correlation.ts';
import type { ItemPair, PairAnswer } from '../src/statistics/ranking/pair-answer.ts';
import { pairKey } from '../src/statistics/ranking/pair-answer.ts';
import { askPairs, comparisonsFor } from '../src/statistics/ranking/rank-items.ts';
import { rankingOf } from '../src/statistics/ranking/ranking.ts';

/**
 * How many comparisons an order takes, on made-up comparers: `node bench/ranking.ts [items]`. True scores are normal with a
 * standard deviation of 2 on the scale of Bradley and Terry; the answer about a pair is the logistic function of the
 * difference plus a normal error of the pair, or draws from it. No model is asked.
 */

const given = process.argv[2];
const COUNTS = given === undefined ? [16, 32, 64] : [Number(given)];
const SPREAD = 2;
const SHARES = [0.5, 1, 2];

const random = xoroshiro128plus(20);
const uniform = () => uniformFloat64(random);
const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

interface Comparer {
  name: string;
  /** Its answers follow no model of scores, or those of another scale, so that intervals hold none of these. */
  hasOtherScale?: true;
  answer(difference: number): number;
}

const drawn = (probability: number, draws: number): number =>
  Array.from({ length: draws }, () => (uniform() < probability ? 1 : 0)).reduce<number>(
    (sum, one) => sum + one,
    0,
  ) / draws;

const COMPARERS: readonly Comparer[] = [
  { name: 'always right and sure', hasOtherScale: true, answer: (d) => (d > 0 ? 1 : 0) },
  {
    name: 'never sure, error 0.1',
    hasOtherScale: true,
    answer: (d) => logistic(d / 6 + 0.1 * normal()),
  },
  { name: 'probabilities, error 0.5', answer: (d) => logistic(d + 0.5 * normal()) },
  { name: 'probabilities, error 1', answer: (d) => logistic(d + normal()) },
  { name: '8 draws, error 0.5', answer: (d) => drawn(logistic(d + 0.5 * normal()), 8) },
  { name: 'one draw', answer: (d) => drawn(logistic(d), 1) },
  { name: 'two draws', answer: (d) => drawn(logistic(d), 2) },
];

/** Pairs at random instead of chosen ones, with the same scores: what choosing is worth. */
async function atRandom(
  count: number,
  compare: (pair: ItemPair) => number,
  comparisons: number,
): Promise<PairAnswer[]> {
  const asked = new Map<string, PairAnswer>();
  while (asked.size < comparisons) {
    const [first, second] = [Math.floor(uniform() * count), Math.floor(uniform() * count)];
    const pair = { first, second };
    if (first !== second && !asked.has(pairKey(pair))) {
      asked.set(pairKey(pair), { ...pair, probability: compare(pair) });
    }
  }
  return [...asked.values()];
}

interface Run {
  tau: number;
  /** Of the intervals at 95 %, that hold the true score. */
  covered: number;
  /** Standard deviation of the scores over that of the true ones. */
  spread: number;
  decided: number;
  /** Decided neighbours in the wrong order. */
  wrong: number;
}

function judge(count: number, answers: readonly PairAnswer[], truth: readonly number[]): Run {
  const { items } = rankingOf(count, answers);
  const places = new Float64Array(count);
  for (const { item, rank } of items) places[item] = -rank;
  const decided = items.filter(({ decidedNext }) => decidedNext);
  return {
    tau: krcc(places, truth),
    covered:
      items.filter(({ item, low, high }) => truth[item]! >= low && truth[item]! <= high).length /
      count,
    spread: spreadOf(items.map(({ score }) => score)) / spreadOf(truth),
    decided: decided.length / (count - 1),
    wrong: decided.filter(({ item, rank }) => truth[item]! < truth[items[rank]!.item]!).length,
  };
}

const spreadOf = (values: readonly number[]): number => {
  const middle = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / values.length);
};

const mean = (runs: readonly Run[], key: keyof Run): number =>
  runs.reduce((sum, run) => sum + run[key], 0) / runs.length;

const rows: (string | number)[][] = [];
for (const comparer of COMPARERS) {
  for (const count of COUNTS) {
    const repetitions = count > 40 ? 8 : 30;
    const chosen = SHARES.map((): Run[] => []);
    const random: Run[] = [];
    for (let repetition = 0; repetition < repetitions; repetition++) {
      const raw = Array.from({ length: count }, () => SPREAD * normal());
      const level = raw.reduce((sum, score) => sum + score, 0) / count;
      const truth = raw.map((score) => score - level);
      const compare = ({ first, second }: ItemPair) =>
        comparer.answer(truth[first]! - truth[second]!);
      for (const [index, share] of SHARES.entries()) {
        const { answers } = await askPairs(count, async (pairs) => pairs.map(compare), {
          model: 'bradley-terry',
          comparisons: Math.min(
            Math.round(share * comparisonsFor(count)),
            (count * (count - 1)) / 2,
          ),
        });
        chosen[index]!.push(judge(count, answers, truth));
      }
      random.push(judge(count, await atRandom(count, compare, comparisonsFor(count)), truth));
    }
    const [half, full, double] = chosen;
    rows.push([
      comparer.name,
      count,
      comparisonsFor(count),
      ...[half!, full!, double!, random].map((runs) => mean(runs, 'tau').toFixed(3)),
      ...(comparer.hasOtherScale
        ? ['', '', '', '']
        : [
            mean(full!, 'covered').toFixed(2),
            mean(full!, 'spread').toFixed(2),
            mean(full!, 'decided').toFixed(2),
            full!.reduce((sum, { wrong }) => sum + wrong, 0),
          ]),
    ]);
  }
}
process.stdout.write(
  `${plainTable(
    [
      ...['comparer', 'n', 'n log2 n', 'tau at half', 'at n log2 n', 'at twice'],
      ...['random pairs', 'covered', 'spread', 'decided', 'wrong'],
    ],
    rows,
  )}\n`,
);
