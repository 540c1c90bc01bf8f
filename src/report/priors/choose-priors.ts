import { ConfigError } from '../../common/config-error.ts';
import { PAPER_CONDITIONS } from '../../method/config.ts';
import type { Estimate } from '../report-schema.ts';
import type { Run } from '../run/scored-run.ts';
import { columnName } from '../sections/section.ts';
import { sampleOf } from '../verdict/column-sample.ts';
import type { Draws } from '../verdict/correlations.ts';
import { compareSets, isFew, type Scored, type SetDifference } from './compare-sets.ts';
import {
  answeredImages,
  type Condition,
  conditionName,
  partOf,
  scoresUnder,
  srccOf,
  srccUnder,
} from './condition-sets.ts';
import { findColumn, type Wanted } from './find-column.ts';
import { describeFew, type HalfSize, halvesOf } from './halves.ts';
import { scoresIn, singleImageColumns } from './image-alone.ts';
import { pickConditions } from './pick-conditions.ts';
import { mostSuitable, suitabilitiesOf } from './suitability.ts';

export const PICKED = 'picked by SRCC';
export const SUITABLE = 'most suitable';
export const PAPER = "the paper's four";

export interface ChoiceOptions extends Wanted {
  /** Conditions to pick at most. */
  count: number;
  /** Of the halves. */
  seed: number;
  draws: Draws;
}

/** A set of conditions, or a column without any, on both halves. */
export interface MeasuredSet {
  name: string;
  /** Null: the image alone. */
  conditions: Condition[] | null;
  /** SRCC on the half on which conditions were picked; null where there is none. */
  picking: number | null;
  other: Estimate;
}

export interface PriorChoice {
  provider: string;
  prompt: string;
  dataset: string;
  seed: number;
  count: number;
  unitKind: 'images' | 'groups';
  picking: HalfSize;
  other: HalfSize & { few: boolean };
  /** By SRCC on the picking half, the best first. */
  candidates: (Condition & { srcc: number | null; suitability: number | null })[];
  /** The first is what was picked. */
  sets: MeasuredSet[];
  /** Of the paper's four that were not asked about. */
  lackingOfPaper: Condition[];
  /** Less the paper's four, on the other half; of sets that are not these four. */
  differences: SetDifference[];
  notes: string[];
}

/**
 * Picks conditions for one model on one half of the groups of a data set, and measures them on the other
 * half. Nothing is asked: every condition's answers are in the run.
 *
 * @throws ConfigError there is nothing to choose among, or too little to choose by
 */
export function choosePriors(run: Run, options: ChoiceOptions): PriorChoice {
  const { column, dataset, rows } = findColumn(run, options);
  const refuse = (problem: string): never => {
    throw new ConfigError(`${columnName(column)}, over "${dataset}": ${problem}`);
  };
  const sample = sampleOf(column, rows);
  if (sample.problem !== undefined) refuse(sample.problem);
  const all = answeredImages(sample.images, column.settings.weights);
  if ('problem' in all) return refuse(all.problem);
  const { conditions } = all;
  if (conditions.length <= options.count) {
    return refuse(
      `there is nothing to choose: ${options.count} of ${conditions.length} conditions are to be picked (${conditions.map(conditionName).join(', ')}); ask with conditions: all, or with a longer list`,
    );
  }
  const halves = halvesOf(sample.units, options.seed);
  const unitsIn = (places: readonly number[]) => places.map((place) => sample.units[place]!);
  const size = (places: readonly number[]) => ({
    images: places.length,
    units: new Set(unitsIn(places)).size,
  });
  const sizes = { picking: size(halves.picking), other: size(halves.other) };
  const tooFew = describeFew(sizes, sample.unitKind);
  if (tooFew !== undefined) refuse(tooFew);

  const picking = partOf(all, halves.picking);
  const measured = conditions.map((_, place) => srccUnder(picking, [place]) ?? null);
  const suitable = suitabilitiesOf(
    run,
    column,
    halves.picking.map((place) => sample.images[place]!.row),
    conditions,
  );
  const picked = pickConditions(picking, suitable.values, options.count);
  if (picked.length === 0) {
    refuse(
      'on the picking half no condition by itself has an SRCC: each is without effect on an image, or gives all images one score',
    );
  }

  const places = new Map(conditions.map((condition, place) => [conditionName(condition), place]));
  const lackingOfPaper = PAPER_CONDITIONS.filter((each) => !places.has(conditionName(each)));
  const sets = new Map<string, number[]>([
    [PICKED, picked],
    ...(suitable.values
      ? [[SUITABLE, mostSuitable(conditions, suitable.values, options.count)] as const]
      : []),
    ...(lackingOfPaper.length === 0
      ? [[PAPER, PAPER_CONDITIONS.map((each) => places.get(conditionName(each))!)] as const]
      : []),
    [`all ${conditions.length}`, [...conditions.keys()]],
  ]);
  const alone = singleImageColumns(run, column, dataset);
  const other = partOf(all, halves.other);
  const scores = new Map<string, Scored>([
    ...[...sets].map(([name, set]) => [name, scoresUnder(other, set)] as const),
    ...alone.map(({ name, sample: own }) => [name, scoresIn(own, sample, halves.other)] as const),
  ]);
  const { SRCC, differences } = compareSets(
    scores,
    { base: PAPER, compared: comparable(sets) },
    { mos: other.images.map(({ mos }) => mos), units: unitsIn(halves.other) },
    options.draws,
  );
  const left = sample.rows - sample.images.length;
  return {
    provider: column.provider,
    prompt: column.prompt,
    dataset,
    seed: options.seed,
    count: options.count,
    unitKind: sample.unitKind,
    picking: sizes.picking,
    other: { ...sizes.other, few: isFew(unitsIn(halves.other)) },
    candidates: conditions
      .map((condition, place) => ({
        ...condition,
        srcc: measured[place]!,
        suitability: suitable.values?.[place] ?? null,
      }))
      .sort((a, b) => (b.srcc ?? -2) - (a.srcc ?? -2)),
    sets: [
      ...[...sets].map(([name, set]) => ({
        name,
        conditions: set.map((place) => conditions[place]!),
        picking: srccUnder(picking, set) ?? null,
        other: SRCC.get(name)!,
      })),
      ...alone.map(({ name, sample: own }) => ({
        name,
        conditions: null,
        picking: srccOf(scoresIn(own, sample, halves.picking), picking) ?? null,
        other: SRCC.get(name)!,
      })),
    ],
    lackingOfPaper: [...lackingOfPaper],
    differences,
    notes: [
      ...(left > 0
        ? [`${left} of ${sample.rows} images have no score or no MOS and are in no half`]
        : []),
      ...(sample.anchors.length > 0
        ? [`${sample.anchors.length} images are anchors of others and are in no half`]
        : []),
      ...suitable.notes,
    ],
  };
}

/** The sets that are told from the paper's four: no set twice, so that none is corrected for itself. */
function comparable(sets: ReadonlyMap<string, readonly number[]>): string[] {
  const known = [sets.get(PAPER)];
  if (known[0] === undefined) return [];
  return [PICKED, SUITABLE].filter((name) => {
    const set = sets.get(name);
    if (set === undefined || known.some((other) => other && isSameSet(set, other))) return false;
    known.push([...set]);
    return true;
  });
}

const isSameSet = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && new Set([...a, ...b]).size === a.length;
