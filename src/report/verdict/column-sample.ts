import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { compareText } from '../../common/compare-text.ts';
import { imageName } from '../../images/image-name.ts';
import { standardErrorOf } from '../../rows/ratings.ts';
import { isBelowCoverage } from '../../statistics/coverage.ts';
import { rankScores, type Scores } from '../../statistics/rank-scores.ts';
import { type ResamplingUnits, unitsOfImages } from '../../statistics/units.ts';
import { differences } from '../run/run-settings.ts';
import type { Column, ImageRow, ScoredPart } from '../run/scored-run.ts';

/** A scored image with its ground truth. */
export interface ScoredImage {
  row: ImageRow;
  scored: ScoredPart;
  mos: number;
}

/** The images of one column and data set over which correlations are taken. */
export interface Sample extends Scores {
  /** Sorted by `keys`, so that samples over the same images are in the same order. */
  images: ScoredImage[];
  /** Names of the images, the same in every column and on every machine. */
  keys: string[];
  mos: Float64Array;
  /** Standard error of each MOS; undefined where that of any is not known. */
  errors: Float64Array | undefined;
  /** Images whose MOS has a known error. */
  knownErrors: number;
  /** Of the column's prompt. */
  levels: readonly number[] | undefined;
  /** Ends of the scale of MOS, where the data set says them. */
  scale: readonly [number, number] | undefined;
  /** Independent units, see `BootstrapOptions.units`. */
  units: string[];
  unitKind: ResamplingUnits['kind'];
  /** The same for samples over the same images with the same ground truth: only such are paired. */
  identity: string;
  /** Rows of the data set, with a score or without. */
  rows: number;
  /** Images of the rows without a score. */
  unscored: string[];
  /** Images that may be anchors of others in this column, which are left out. */
  anchors: string[];
  /** Why no correlation is taken, although there may be scores. */
  problem: string | undefined;
}

/** The rows of one data set in a column. */
export function sampleOf({ settings, pooled, levels }: Column, all: readonly ImageRow[]): Sample {
  const [anchors, rows] = [true, false].map((isAnchor) =>
    all.filter(({ scored }) => (scored?.output.isAnchor === true) === isAnchor),
  ) as [ImageRow[], ImageRow[]];
  const pooling = rows.flatMap(({ dataset }) => pooled.get(dataset) ?? [])[0];
  // What is no one data set has nothing to rank: neither correlations nor places.
  const images = (pooling === undefined ? rows : []).flatMap((row): ScoredImage[] =>
    row.scored && row.mos !== undefined ? [{ row, scored: row.scored, mos: row.mos }] : [],
  );
  const named = withKeys(images);
  const units = unitsOfImages(
    named.map(({ image: { row, scored } }) => ({
      image: imageName(row.image),
      sha256: scored.sha256,
      group: row.group,
    })),
  );
  const keys = named.map(({ key }) => key);
  const mos = Float64Array.from(named, ({ image }) => image.mos);
  const errors = named.flatMap(({ image: { row } }) => standardErrorOf(row.ratings) ?? []);
  const scores = Float64Array.from(named, ({ image }) => image.scored.score);
  return {
    images: named.map(({ image }) => image),
    keys,
    scores,
    ranked: rankScores(
      scores,
      named.map(({ image }) => image.scored.output.source),
    ),
    mos,
    errors: errors.length === named.length ? Float64Array.from(errors) : undefined,
    knownErrors: errors.length,
    levels,
    scale: scaleOf(rows),
    units: units.names,
    identity: createHash('sha256')
      .update(JSON.stringify([keys, [...mos], units.names]))
      .digest('hex'),
    unitKind: units.kind,
    rows: rows.length,
    anchors: anchors.map(({ image }) => image),
    unscored: rows.flatMap(({ scored, image }) => (scored ? [] : [image])),
    problem: pooling ?? problemOf(rows, images.length, settings.minCoverage) ?? units.problem,
  };
}

/** The scale that all rows say alike. */
function scaleOf(rows: readonly ImageRow[]): readonly [number, number] | undefined {
  const scales = new Map(rows.map(({ ratings }) => [String(ratings?.scale), ratings?.scale]));
  return scales.size === 1 ? [...scales.values()][0] : undefined;
}

/** A column without any correlation is better than one over images that were silently left out. */
function problemOf(
  rows: readonly ImageRow[],
  usable: number,
  minCoverage: number,
): string | undefined {
  const different = differences(rows).filter((text) => !text.startsWith('model is '));
  if (different.length > 0) {
    return `the rows were not asked alike: ${different.join('; ')}; run the evaluation anew`;
  }
  if (rows.every(({ scored }) => !scored)) {
    return `${rows.length} of ${rows.length} images have no score, so there is no correlation`;
  }
  if (rows.every(({ mos }) => mos === undefined)) {
    return 'the data set has no scores to compare with, so there is no correlation';
  }
  if (rows.some(({ scored }) => scored?.output.method === 'prior')) {
    return 'the prompt rates the degraded copies and not the images, so there is no correlation';
  }
  if (!isBelowCoverage(usable, rows.length, minCoverage)) return undefined;
  const missing = rows.length - usable;
  const kind = rows.some(({ scored, mos }) => scored && mos === undefined)
    ? 'score or no MOS'
    : 'score';
  return `${missing} of ${rows.length} images have no ${kind}, so there is no correlation`;
}

/** By content and name, and which one of several such. */
function withKeys(images: readonly ScoredImage[]): { key: string; image: ScoredImage }[] {
  const seen = new Map<string, number>();
  return [...images]
    .sort((a, b) => compareText(a.row.image, b.row.image))
    .map((image) => {
      const name = `${image.scored.sha256} ${basename(image.row.image)}`;
      const number = seen.get(name) ?? 0;
      seen.set(name, number + 1);
      return { key: `${name} ${number}`, image };
    })
    .sort((a, b) => compareText(a.key, b.key));
}
