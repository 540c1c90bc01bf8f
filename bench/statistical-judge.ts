/**
 * How well the embedded judge rates: rank correlation with human scores (single image, and given
 * degraded copies), order of synthetic distortions, and time an image.
 *
 *   node bench/statistical-judge.ts [--root DIR]
 *
 * DIR holds mos.csv (`image,mos`) and images/.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'csv-parse/sync';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { quantileSorted } from 'simple-statistics';
import { srcc } from '../assertions/statistics/index.ts';
import { conditionSeed } from '../providers/condition-seed.ts';
import { degrade } from '../providers/degradations/index.ts';
import { decodeImage } from '../providers/images/decode.ts';
import type { RawImage } from '../providers/images/raw-image.ts';
import { readImageFile } from '../providers/images/source.ts';
import { features, quality, relativeQuality } from '../providers/judges/statistical/index.ts';
import { sharedPath } from '../test/shared.ts';
import { distortionFamilies, halved } from '../test/statistical/distortions.ts';

const CONDITIONS = [
  ['zoom_blur', 3],
  ['spatter', 3],
  ['saturate', 3],
  ['fog', 4],
] as const;
const SEED = 0;
const RESAMPLES = 2000;
const MAX_INPUT_PIXELS = 1e8;
const PHOTOGRAPHS_FOR_DISTORTIONS = 50;

interface Rated {
  mos: number;
  single: number;
  conditioned: number;
  milliseconds: number;
}

interface Row {
  path: string;
  mos: number;
}

const { root } = parseArgs({ options: { root: { type: 'string' } } }).values;
const rows = readRows(root ?? sharedPath('biq2021'));
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

const times = rated.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
console.log(`\nfeatures of one image: median ${quantileSorted(times, 0.5).toFixed(1)} ms`);

const best = [...rows].sort((a, b) => b.mos - a.mos).slice(0, Math.ceil(rows.length / 2));
const step = Math.max(1, Math.floor(best.length / PHOTOGRAPHS_FOR_DISTORTIONS));
const photographs = best.filter((_, index) => index % step === 0);
console.log(
  `\npairs of levels in the right order, undistorted included (${photographs.length} photographs of the upper half)`,
);
for (const family of distortionFamilies) {
  const shares = [0, 0];
  for (const { path } of photographs) {
    const image = await load(path);
    for (const [index, source] of [image, await halved(image)].entries()) {
      const scores = [quality(features(source))];
      for (const level of family.levels) {
        scores.push(quality(features(await family.apply(source, level))));
      }
      shares[index] = (shares[index] as number) + orderedShare(scores) / photographs.length;
    }
  }
  const [full, half] = shares.map((share) => share.toFixed(3));
  console.log(
    `${family.name.padEnd(22)} ${full}   at half size ${half}   (${family.levels.join(', ')})`,
  );
}

async function rate({ path, mos }: Row): Promise<Rated> {
  const image = await load(path);
  const start = performance.now();
  const query = features(image);
  const milliseconds = performance.now() - start;
  const sha256 = createHash('sha256').update(image.data).digest('hex');
  const given = CONDITIONS.map(([degradation, severity]) => {
    const seed = conditionSeed(SEED, sha256, degradation);
    return relativeQuality(query, features(degrade(image, degradation, severity, { seed })));
  });
  const conditioned = given.reduce((sum, score) => sum + score, 0) / given.length;
  return { mos, single: quality(query), conditioned, milliseconds };
}

async function load(path: string): Promise<RawImage> {
  return decodeImage(await readImageFile(path), MAX_INPUT_PIXELS);
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
    sample.map((row) => row[method]),
    sample.map(({ mos }) => mos),
  );
}

/** The statistic of the whole and its percentile interval over resampled images. */
function interval<T>(items: readonly T[], statistic: (sample: readonly T[]) => number): string {
  const random = xoroshiro128plus(SEED + 1);
  const values = Array.from({ length: RESAMPLES }, () =>
    statistic(items.map(() => items[uniformInt(random, 0, items.length - 1)] as T)),
  ).sort((a, b) => a - b);
  const [value, low, high] = [
    statistic(items),
    quantileSorted(values, 0.025),
    quantileSorted(values, 0.975),
  ].map((number) => number.toFixed(3));
  return `${value} [${low}, ${high}]`;
}

/** Share of pairs, of scores listed from best to worst, of which the earlier is strictly higher. */
function orderedShare(scores: readonly number[]): number {
  const pairs = scores.flatMap((better, index) =>
    scores.slice(index + 1).map((worse) => better > worse),
  );
  return pairs.filter(Boolean).length / pairs.length;
}
