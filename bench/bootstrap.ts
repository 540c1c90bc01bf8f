/**
 * Bootstrap of SRCC, ranks resampled by counting, beside the straightforward way that sorts each
 * resample anew: `node bench/bootstrap.ts [images] [draws]`. One core; also KRCC and PLCC.
 */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { bootstrap, METRICS, srcc } from '../src/statistics/index.ts';
import { forEachResample, unitsOf } from '../src/statistics/resample.ts';

const images = Number(process.argv[2] ?? 10_000);
const draws = Number(process.argv[3] ?? 2000);
const SEED = 0;

const random = xoroshiro128plus(1);
const scores = Float64Array.from({ length: images }, () => uniformFloat64(random));
/** Half noise, in steps of a hundredth: MOS values tie. */
const mos = scores.map((score) => Math.round(50 * (score + uniformFloat64(random))) / 100);

function timed<Result>(run: () => Result): { result: Result; seconds: number } {
  const start = performance.now();
  return { result: run(), seconds: (performance.now() - start) / 1000 };
}

/** Gathers and sorts every resample. */
function sortingAnew(): Float64Array {
  const values = new Float64Array(draws);
  const x = new Float64Array(images);
  const y = new Float64Array(images);
  forEachResample(unitsOf(images), { draws, seed: SEED }, (multiplicities, draw) => {
    let place = 0;
    for (const [i, count] of multiplicities.entries()) {
      x.fill(scores[i]!, place, place + count);
      y.fill(mos[i]!, place, place + count);
      place += count;
    }
    values[draw] = srcc(x, y);
  });
  return values;
}

console.log(`${draws} bootstrap draws over ${images} images, one core`);
const times = METRICS.map((metric) => {
  const { result, seconds } = timed(() =>
    bootstrap([{ metric, scores, mos }], { draws, seed: SEED }),
  );
  console.log(`${metric} by counting${seconds.toFixed(2).padStart(9)} s`);
  return { draws: result[0]?.draws, seconds };
});
const counted = times[METRICS.indexOf('SRCC')];
const sorted = timed(sortingAnew);
console.log(`SRCC sorting anew${sorted.seconds.toFixed(2).padStart(8)} s`);
const different = sorted.result.filter((value, draw) => value !== counted?.draws?.[draw]).length;
console.log(
  `SRCC by counting takes ${((counted?.seconds ?? Number.NaN) / sorted.seconds).toFixed(3)} of the time of sorting anew; ${different} of ${draws} draws differ`,
);
