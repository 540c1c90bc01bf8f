/**
 * How many images tell two prompts apart: `node bench/images-needed.ts [SRCC] [simulations]`. Data sets
 * are drawn from a normal model, two prompts of the given SRCC on each, whose scores agree with each
 * other more or less; the intervals are the report's own. Printed beside Fisher's interval, which is
 * computed and not drawn. The table of docs/prompts.md.
 */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import {
  bootstrap,
  differenceOfSeries,
  fisherInterval,
  intervalOfSeries,
} from '../src/statistics/index.ts';

const srcc = Number(process.argv[2] ?? 0.75);
const simulations = Number(process.argv[3] ?? 9);
const IMAGES = [50, 100, 200, 400, 1000, 2000];
/** SRCC between the scores of the two prompts. */
const BETWEEN = [0.7, 0.9, 0.97];
const DRAWS = 1000;
/** (1.96 + 0.84) / 1.96: a true difference so many half-widths large is found in 80 % of the runs. */
const POWER_80 = 1.43;

const random = xoroshiro128plus(1);
/** Box and Muller. */
const normal = (): number =>
  Math.sqrt(-2 * Math.log(1 - uniformFloat64(random))) *
  Math.cos(2 * Math.PI * uniformFloat64(random));

/** Pearson's correlation of a normal pair whose Spearman correlation is `rank`. */
const pearsonOf = (rank: number): number => 2 * Math.sin((Math.PI * rank) / 6);

/** MOS and the scores of two prompts: each has `srcc` with MOS, and both `between` with each other. */
function draw(n: number, between: number) {
  const r = pearsonOf(srcc);
  const shared = (pearsonOf(between) - r * r) / (1 - r * r);
  const mos = Float64Array.from({ length: n }, normal);
  const common = Float64Array.from({ length: n }, normal);
  const scores = () =>
    mos.map(
      (value, i) =>
        r * value +
        Math.sqrt(1 - r * r) * (Math.sqrt(shared) * common[i]! + Math.sqrt(1 - shared) * normal()),
    );
  return { mos, a: scores(), b: scores() };
}

function halfWidths(n: number, between: number): { single: number; paired: number } {
  const { mos, a, b } = draw(n, between);
  const [ofA, ofB] = bootstrap(
    [a, b].map((scores) => ({ metric: 'SRCC' as const, scores, mos })),
    { draws: DRAWS },
  );
  if (!ofA || !ofB) throw new Error('there are two series');
  const half = ({ low, high }: { low: number; high: number }) => (high - low) / 2;
  return { single: half(intervalOfSeries(ofA)), paired: half(differenceOfSeries(ofA, ofB)) };
}

const median = (values: number[]): number =>
  values.sort((x, y) => x - y)[Math.floor(values.length / 2)]!;
const cell = (text: string) => text.padStart(20);

console.log(
  `SRCC ${srcc}: half-widths of 95 % intervals, median of ${simulations} made data sets, ${DRAWS} draws`,
);
console.log(
  'paired: of the difference of two prompts whose scores have that SRCC with each other;',
);
console.log('(in brackets: the difference found in 80 % of the runs)');
console.log(
  ['images', 'one prompt', "Fisher's", ...BETWEEN.map((between) => `paired, ${between}`)]
    .map(cell)
    .join(''),
);
for (const n of IMAGES) {
  const { low, high } = fisherInterval('SRCC', srcc, n);
  const measured = BETWEEN.map((between) =>
    Array.from({ length: simulations }, () => halfWidths(n, between)),
  );
  const single = median(measured.flat().map((widths) => widths.single));
  const paired = measured.map((widths) => median(widths.map((one) => one.paired)));
  console.log(
    [
      `${n}`,
      `±${single.toFixed(3)}`,
      `±${((high - low) / 2).toFixed(3)}`,
      ...paired.map((half) => `±${half.toFixed(3)} (${(POWER_80 * half).toFixed(3)})`),
    ]
      .map(cell)
      .join(''),
  );
}
