/**
 * How often a 95 % bootstrap interval covers what it estimates, by the number of independent groups:
 * `node bench/interval-coverage.ts [trials]`. SRCC of one column, and the difference in SRCC of two, with
 * percentiles and with Student's distribution from the same draws; in brackets how often the true value lies
 * below the interval, where a gate passes wrongly. Printed beside 95 % (2.5 %). A star marks what the
 * plugin uses. Images of a group share an offset in each column and one in MOS, as versions of one
 * photograph do.
 */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { bootstrap, FEW_UNITS, UndefinedIntervalError } from '../src/statistics/index.ts';
import {
  type Bootstrapped,
  DIFFERENCE,
  FISHER,
  percentileInterval,
  type Scale,
  studentInterval,
} from '../src/statistics/interval.ts';

const trials = Number(process.argv[2] ?? 1000);
const DRAWS = 1000;
const GROUPS = [5, 6, 8, 10, 12, 15, 19, 20, 30, 50];
/** Groups from which the true correlation is taken. */
const MANY = 20_000;

interface Made {
  name: string;
  imagesAGroup: number;
  /** Share of the variance that lies between groups. */
  between: number;
  /** Correlation of each of the two columns with MOS, in a group and between groups. */
  columns: [number, number];
}

const MADE: Made[] = [
  { name: 'single images, SRCC 0.5', imagesAGroup: 1, between: 0, columns: [0.5, 0.35] },
  { name: 'groups of 10, SRCC 0.5', imagesAGroup: 10, between: 0.3, columns: [0.5, 0.35] },
  { name: 'groups of 10, SRCC 0.8', imagesAGroup: 10, between: 0.3, columns: [0.8, 0.65] },
  {
    name: 'groups of 10 that differ much, SRCC 0.8',
    imagesAGroup: 10,
    between: 0.8,
    columns: [0.8, 0.65],
  },
];

const random = xoroshiro128plus(1);
const normal = () =>
  Math.sqrt(-2 * Math.log(1 - uniformFloat64(random))) *
  Math.cos(2 * Math.PI * uniformFloat64(random));

/** A normal number that has the correlation `r` with `value`. */
const related = (value: number, r: number) => r * value + Math.sqrt(1 - r * r) * normal();

function sample(groups: number, { imagesAGroup, between, columns }: Made) {
  const mix = (ofGroup: number, own: number) =>
    Math.sqrt(between) * ofGroup + Math.sqrt(1 - between) * own;
  const images = Array.from({ length: groups }, (_, group) => {
    const content = normal();
    const biases = columns.map((r) => related(content, r));
    return Array.from({ length: imagesAGroup }, () => {
      const quality = normal();
      return {
        unit: String(group),
        mos: mix(content, quality),
        scores: columns.map((r, i) => mix(biases[i]!, related(quality, r))),
      };
    });
  }).flat();
  return {
    units: images.map(({ unit }) => unit),
    mos: images.map(({ mos }) => mos),
    columns: columns.map((_, i) => images.map(({ scores }) => scores[i]!)),
  };
}

/** Of the first column, and of the first minus the second. */
function bootstrapped(groups: number, made: Made, draws: number, seed: number) {
  const { units, mos, columns } = sample(groups, made);
  const [a, b] = bootstrap(
    columns.map((scores) => ({ metric: 'SRCC' as const, scores, mos })),
    { units, draws, seed },
  );
  if (!a || !b) throw new Error('there are two columns');
  const difference: Bootstrapped = {
    ...a,
    estimate: a.estimate - b.estimate,
    draws: a.draws.map((value, draw) => value - b.draws[draw]!),
  };
  return [a, difference] as const;
}

const METHODS: ((one: Bootstrapped, scale: Scale) => { low: number; high: number })[] = [
  percentileInterval,
  studentInterval,
];
const SCALES = [FISHER, DIFFERENCE];

/** Counts of one method for one quantity. */
interface Counts {
  intervals: number;
  covered: number;
  below: number;
}

function coverage(groups: number, made: Made, truths: readonly number[]): Counts[] {
  const counts = SCALES.flatMap(() => METHODS.map(() => ({ intervals: 0, covered: 0, below: 0 })));
  for (let seed = 0; seed < trials; seed++) {
    const quantities = bootstrapped(groups, made, DRAWS, seed);
    for (const [q, quantity] of quantities.entries()) {
      const truth = truths[q]!;
      for (const [m, method] of METHODS.entries()) {
        const count = counts[q * METHODS.length + m]!;
        try {
          const { low, high } = method(quantity, SCALES[q]!);
          count.intervals++;
          if (truth < low) count.below++;
          else if (truth <= high) count.covered++;
        } catch (error) {
          // There is none around a perfect order of few images.
          if (!(error instanceof UndefinedIntervalError)) throw error;
        }
      }
    }
  }
  return counts;
}

const percent = (part: number, all: number) => ((100 * part) / all).toFixed(1);
const cell = ({ intervals, covered, below }: Counts, isUsed: boolean) =>
  `${percent(covered, intervals)} (${percent(below, intervals)})${isUsed ? '*' : ' '}`.padStart(16);

console.log(
  `${trials} samples each, ${DRAWS} draws: % of 95 % intervals that cover (% that lie above)`,
);
for (const made of MADE) {
  const truths = bootstrapped(MANY, made, 1, 0).map(({ estimate }) => estimate);
  const [srcc, difference] = truths.map((value) => value.toFixed(2));
  console.log(`\n${made.name}: true SRCC ${srcc}, true difference ${difference}`);
  console.log(
    `groups${['SRCC percentile', "Student's", 'diff. percentile', "Student's"].map((text) => text.padStart(17)).join('')}`,
  );
  for (const groups of GROUPS) {
    const isFew = groups < FEW_UNITS;
    const cells = coverage(groups, made, truths).map((counts, i) =>
      cell(counts, isFew === (i % METHODS.length === 1)),
    );
    console.log(`${String(groups).padStart(6)} ${cells.join(' ')}`);
  }
}
