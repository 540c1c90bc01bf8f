import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { isBelowCoverage } from '../../assertions/coverage.ts';
import { rankScores, type Scores } from '../../assertions/rank-scores.ts';
import { type ResamplingUnits, unitsOfImages } from '../../assertions/units.ts';
import { imageName } from '../../providers/images/image-name.ts';
import type { Column, ImageRow, ScoredPart } from '../run/run.ts';
import { differences } from '../run/settings.ts';

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
  /** Independent units, see `BootstrapOptions.units`. */
  units: string[];
  unitKind: ResamplingUnits['kind'];
  /** The same for samples over the same images with the same ground truth: only such are paired. */
  identity: string;
  /** Rows of the data set, with a score or without. */
  rows: number;
  /** Images of the rows without a score. */
  unscored: string[];
  /** Why no correlation is taken, although there may be scores. */
  problem: string | undefined;
}

/** The rows of one data set in a column. */
export function sampleOf({ settings, pooled }: Column, rows: readonly ImageRow[]): Sample {
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
    units: units.names,
    identity: createHash('sha256')
      .update(JSON.stringify([keys, [...mos], units.names]))
      .digest('hex'),
    unitKind: units.kind,
    rows: rows.length,
    unscored: rows.flatMap(({ scored, image }) => (scored ? [] : [image])),
    problem: pooling ?? problemOf(rows, images.length, settings.minCoverage) ?? units.problem,
  };
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
    .sort((a, b) => compare(a.row.image, b.row.image))
    .map((image) => {
      const name = `${image.scored.sha256} ${basename(image.row.image)}`;
      const number = seen.get(name) ?? 0;
      seen.set(name, number + 1);
      return { key: `${name} ${number}`, image };
    })
    .sort((a, b) => compare(a.key, b.key));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
