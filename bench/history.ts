/**
 * How often a history says that something changed: `node bench/history.ts [trials]`. Five runs of a made column whose
 * agreement stays, falls once before the last run, or falls a little from run to run. Printed is the share of trials in
 * which the last change, and the trend, are told from chance (p at most 0.05, one column alone), by the number of
 * images. Where nothing changes it should be at most 5 %.
 */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { bootstrap, differenceOfSeries, srcc, trendOfStatistics } from '../src/statistics/index.ts';

const trials = Number(process.argv[2] ?? 500);
const IMAGES = [15, 30, 60, 200, 400];
const DRAWS = 1000;
const LEVEL = 0.05;
/** Images from which the true correlation is taken. */
const MANY = 20_000;

/** Noise of each run, beside scores that spread over 0..1. */
const MADE: Readonly<Record<string, readonly number[]>> = {
  'nothing changes': [0.25, 0.25, 0.25, 0.25, 0.25],
  'the last run falls': [0.25, 0.25, 0.25, 0.25, 0.35],
  'every run falls a little': [0.25, 0.275, 0.3, 0.325, 0.35],
};

const random = xoroshiro128plus(1);
const normal = () =>
  Math.sqrt(-2 * Math.log(1 - uniformFloat64(random))) *
  Math.cos(2 * Math.PI * uniformFloat64(random));

/** Most of what a run gets wrong of an image, the others get wrong as well. */
const OWN = 0.8;
const AGAIN = Math.sqrt(1 - OWN ** 2);

function runsOf(images: number, noises: readonly number[]) {
  const mos = Array.from({ length: images }, () => uniformFloat64(random));
  const own = mos.map(() => normal());
  const runs = noises.map((noise) =>
    mos.map((value, i) => value + noise * (OWN * own[i]! + AGAIN * normal())),
  );
  return { mos, runs };
}

const percent = (count: number): string => `${((100 * count) / trials).toFixed(1)} %`.padStart(8);

console.log(`${trials} trials, ${DRAWS} draws: last change told, trend told`);
for (const [name, noises] of Object.entries(MADE)) {
  const many = runsOf(MANY, noises);
  const truth = many.runs.map((scores) => srcc(scores, many.mos).toFixed(2)).join(', ');
  console.log(`\n${name}: true SRCC ${truth}\nimages    change     trend`);
  for (const images of IMAGES) {
    let changes = 0;
    let trends = 0;
    for (let trial = 0; trial < trials; trial++) {
      const { mos, runs } = runsOf(images, noises);
      const series = bootstrap(
        runs.map((scores) => ({ metric: 'SRCC' as const, scores, mos })),
        { draws: DRAWS, seed: trial },
      );
      const [before, last] = series.slice(-2);
      if (differenceOfSeries(last!, before!).pValue <= LEVEL) changes += 1;
      if (trendOfStatistics(series, [0, 1, 2, 3, 4]).pValue <= LEVEL) trends += 1;
    }
    console.log(`${String(images).padStart(6)}  ${percent(changes)}  ${percent(trends)}`);
  }
}
