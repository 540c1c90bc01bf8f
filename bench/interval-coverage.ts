/**
 * How often a 95 % bootstrap interval of SRCC covers the correlation it estimates, by the number of
 * independent groups: `node bench/interval-coverage.ts [trials]`. Images of a group share an offset in
 * score and one in MOS, as versions of one photograph do; printed beside 95 %.
 */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { bootstrapInterval } from '../assertions/statistics/index.ts';

const trials = Number(process.argv[2] ?? 400);
const DRAWS = 500;
const IMAGES_A_GROUP = 10;
/** Groups from which the true correlation is taken. */
const MANY = 20_000;
/** Share of the variance that lies between groups. */
const BETWEEN = 0.3;

const random = xoroshiro128plus(1);
const normal = () =>
  Math.sqrt(-2 * Math.log(1 - uniformFloat64(random))) *
  Math.cos(2 * Math.PI * uniformFloat64(random));

interface Sample {
  scores: number[];
  mos: number[];
  units: string[];
}

function sample(groups: number, imagesAGroup: number, between: number): Sample {
  const images = Array.from({ length: groups }, (_, group) => {
    const content = normal();
    const bias = 0.8 * content + 0.6 * normal();
    return Array.from({ length: imagesAGroup }, () => {
      const quality = normal();
      const noisy = 0.8 * quality + 0.6 * normal();
      return {
        unit: String(group),
        mos: Math.sqrt(between) * content + Math.sqrt(1 - between) * quality,
        score: Math.sqrt(between) * bias + Math.sqrt(1 - between) * noisy,
      };
    });
  }).flat();
  return {
    scores: images.map(({ score }) => score),
    mos: images.map(({ mos }) => mos),
    units: images.map(({ unit }) => unit),
  };
}

function coverage(groups: number, imagesAGroup: number, between: number, truth: number): number {
  let covered = 0;
  for (let seed = 0; seed < trials; seed++) {
    const { scores, mos, units } = sample(groups, imagesAGroup, between);
    const { low, high } = bootstrapInterval('SRCC', scores, mos, { units, draws: DRAWS, seed });
    if (low <= truth && truth <= high) covered++;
  }
  return covered / trials;
}

console.log(`share of ${trials} intervals of 95 % that cover the true SRCC`);
for (const [name, imagesAGroup, between] of [
  ['single images', 1, 0],
  [`groups of ${IMAGES_A_GROUP}`, IMAGES_A_GROUP, BETWEEN],
] as const) {
  const many = sample(MANY, imagesAGroup, between);
  const truth = bootstrapInterval('SRCC', many.scores, many.mos, { draws: 1 }).estimate;
  for (const groups of [5, 8, 10, 15, 20, 30, 50]) {
    const share = coverage(groups, imagesAGroup, between, truth);
    console.log(
      `${name.padEnd(16)}${String(groups).padStart(3)}   ${(100 * share).toFixed(1).padStart(5)} %`,
    );
  }
}
