/**
 * How well the embedded judge rates: rank correlation with human scores (single image, and given
 * degraded copies), time an image, and order of synthetic distortions.
 *
 *   node bench/statistical-judge.ts [--root DIR]
 *
 * DIR holds mos.csv (`image,mos`) and images/.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'csv-parse/sync';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { median, quantileSorted } from 'simple-statistics';
import { degrade } from '../src/degradations/index.ts';
import type { RawImage } from '../src/images/raw-image.ts';
import { features, quality, relativeQuality } from '../src/judges/statistical/index.ts';
import { conditionSeed } from '../src/method/condition-seed.ts';
import { srcc } from '../src/statistics/index.ts';
import { rankScores } from '../src/statistics/rank-scores.ts';
import { sharedPath } from '../test/shared.ts';
import { load, type OrderedPairs, photographPairs, sampleSetPairs } from './ordered-pairs.ts';

const CONDITIONS = [
  ['zoom_blur', 3],
  ['spatter', 3],
  ['saturate', 3],
  ['fog', 4],
] as const;
const SEED = 0;
const RESAMPLES = 2000;
/** Almost all images of BIQ2021 have this side. */
const SIDE_PX = 512;
const PHOTOGRAPHS_FOR_DISTORTIONS = 50;

interface Rated {
  mos: number;
  single: number;
  conditioned: number;
  pixels: number;
  milliseconds: { decoding: number; features: number };
}

interface Row {
  path: string;
  mos: number;
}

const { root } = parseArgs({ options: { root: { type: 'string' } } }).values;
const directory = root ?? sharedPath('biq2021');
if (!existsSync(join(directory, 'mos.csv'))) {
  console.error(`no ${join(directory, 'mos.csv')}; give --root, a folder with mos.csv and images/`);
  process.exit(1);
}
const rows = readRows(directory);
const rated: Rated[] = [];
for (const row of rows) {
  rated.push(await rate(row));
  if (process.stderr.isTTY) process.stderr.write(`\r${rated.length} of ${rows.length} rated`);
}

console.log(`n = ${rated.length}, SRCC with its 95 % bootstrap interval (${RESAMPLES} resamples)`);
for (const [name, part] of [
  ['all rows', rated],
  ['even rows', rated.filter((_, index) => index % 2 === 0)],
  ['odd rows', rated.filter((_, index) => index % 2 === 1)],
] as const) {
  const single = interval(part, (sample) => correlation(sample, 'single'));
  const conditioned = interval(part, (sample) => correlation(sample, 'conditioned'));
  const gain = interval(part, (s) => correlation(s, 'conditioned') - correlation(s, 'single'));
  console.log(`${name.padEnd(10)} single ${single}  conditioned ${conditioned}  gain ${gain}`);
}

const seen = rated.filter(({ pixels }) => pixels === SIDE_PX * SIDE_PX);
const featuresMs = median(seen.map(({ milliseconds }) => milliseconds.features));
const decodingMs = median(seen.map(({ milliseconds }) => milliseconds.decoding));
console.log(
  `\nstatistics of a ${SIDE_PX}x${SIDE_PX} image on one core: median ${featuresMs.toFixed(1)} ms, ${(featuresMs / decodingMs).toFixed(1)} times decoding it (${seen.length} images)`,
);

const rateAlone = (image: RawImage) => quality(features(image));
printPairs('sample data set', await sampleSetPairs(rateAlone));
const best = [...rows].sort((a, b) => b.mos - a.mos).slice(0, Math.ceil(rows.length / 2));
const step = Math.max(1, Math.floor(best.length / PHOTOGRAPHS_FOR_DISTORTIONS));
const photographs = best.filter((_, index) => index % step === 0).map(({ path }) => path);
printPairs(
  `${photographs.length} photographs of the better half of ${directory}`,
  await photographPairs(photographs, rateAlone),
);

function printPairs(title: string, results: readonly OrderedPairs[]): void {
  console.log(`\npairs in the right order, undistorted picture included: ${title}`);
  for (const { name, ordered, pairs } of results) {
    console.log(
      `  ${(ordered / pairs).toFixed(3)}  ${`${ordered} of ${pairs}`.padEnd(12)} ${name}`,
    );
  }
}

async function rate({ path, mos }: Row): Promise<Rated> {
  const begin = performance.now();
  const image = await load(path);
  const decoded = performance.now();
  const query = features(image);
  const milliseconds = { decoding: decoded - begin, features: performance.now() - decoded };
  const sha256 = createHash('sha256').update(image.data).digest('hex');
  const given = CONDITIONS.map(([degradation, severity]) => {
    const seed = conditionSeed(SEED, sha256, degradation);
    return relativeQuality(query, features(degrade(image, degradation, severity, { seed })));
  });
  const conditioned = given.reduce((sum, score) => sum + score, 0) / given.length;
  return {
    mos,
    single: quality(query),
    conditioned,
    pixels: image.width * image.height,
    milliseconds,
  };
}

function readRows(directory: string): Row[] {
  const records: { image: string; mos: string }[] = parse(
    readFileSync(join(directory, 'mos.csv'), 'utf8'),
    { columns: true },
  );
  return records.map(({ image, mos }) => ({
    path: join(directory, 'images', image),
    mos: Number(mos),
  }));
}

function correlation(sample: readonly Rated[], method: 'single' | 'conditioned'): number {
  return srcc(
    rankScores(
      sample.map((row) => row[method]),
      ['computed'],
    ),
    sample.map(({ mos }) => mos),
  );
}

/** The statistic of the whole and its percentile interval over resampled images. */
function interval<T>(items: readonly T[], statistic: (sample: readonly T[]) => number): string {
  const random = xoroshiro128plus(SEED + 1);
  const values = Array.from({ length: RESAMPLES }, () =>
    statistic(items.map(() => items[uniformInt(random, 0, items.length - 1)]!)),
  ).sort((a, b) => a - b);
  const [value, low, high] = [
    statistic(items),
    quantileSorted(values, 0.025),
    quantileSorted(values, 0.975),
  ].map((number) => number.toFixed(3));
  return `${value} [${low}, ${high}]`;
}
