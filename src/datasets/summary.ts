import { counted, rangeOf, rangeText } from './number-text.ts';
import type { PublishedDataset } from './published/published-dataset.ts';
import { recognise } from './published/recognise.ts';
import { scaleOf } from './published/scale.ts';
import { ratingsSummary } from './ratings-summary.ts';
import type { DatasetRow } from './row.ts';

/** What a data set's rows are, for a person who checks a copy. */
export interface DatasetSummary {
  dataset: string;
  images: number;
  /** Least and greatest score; undefined where no row has one. */
  mos?: { min: number; max: number };
  /** The published scale that holds all scores, the smallest of several. */
  scale?: readonly [min: number, max: number];
  /** Images of each split, in the order of the rows; empty where the data set has none. */
  splits: Map<string, number>;
  /** Groups that the rows are in. */
  groups: number;
  /** What rows say of their scores, where they are not those of the file. */
  direction?: string;
  /** What they say of the ratings behind their scores, in words. */
  ratings?: string;
  /** How the rows compare with a published data set whose names they have, in words. */
  names?: string;
  /** What differs from what is published, and what is wrong with rows, a line each. */
  problems: string[];
}

/** Rows with a problem that are quoted. */
const PROBLEMS_SHOWN = 3;

/**
 * @param rows at least one
 * @param known published data sets, by whose file names the user's own images may be recognised
 * @param published what to hold the rows against; left out for the user's own images
 * @param split the split that the rows are of
 */
export function summarize(
  rows: readonly DatasetRow[],
  known: readonly PublishedDataset[],
  published?: PublishedDataset,
  split = 'all',
): DatasetSummary {
  const scores = rows.flatMap(({ vars }) => (typeof vars.mos === 'number' ? [vars.mos] : []));
  const mos = rangeOf(scores);
  const scale = mos && published && scaleOf(mos, published);
  const splits = counts(rows.map(({ metadata }) => metadata.split));
  const groups = counts(rows.map(({ metadata }) => metadata.group)).size;
  const ratings = ratingsSummary(rows);
  const direction = rows[0]?.metadata.direction;
  const names = published
    ? undefined
    : recognise(
        rows.map(({ vars }) => ({ path: vars.image, mos: vars.mos })),
        known,
      )?.text;
  return {
    dataset: rows[0]?.metadata.dataset ?? '',
    images: rows.length,
    ...(mos && { mos }),
    ...(scale && { scale }),
    splits,
    groups,
    ...(typeof direction === 'string' && { direction }),
    ...(ratings !== undefined && { ratings }),
    ...(names !== undefined && { names }),
    problems: [
      ...(published ? differences({ rows, splits, groups, split }, published) : []),
      ...(published && published.scales.length > 0 && mos && !scale
        ? [describeRange(mos, published)]
        : []),
      ...describeRows(rows),
    ],
  };
}

/** How often each of these occurs, in the order of their first. */
function counts(values: readonly unknown[]): Map<string, number> {
  const result = new Map<string, number>();
  for (const value of values) {
    if (typeof value === 'string') result.set(value, (result.get(value) ?? 0) + 1);
  }
  return result;
}

const describeRange = (mos: { min: number; max: number }, { scales }: PublishedDataset) =>
  `MOS of ${rangeText(mos)} are outside the published scale of ${scales.map(([a, b]) => `${a} to ${b}`).join(' or ')}`;

function differences(
  found: {
    rows: readonly DatasetRow[];
    splits: ReadonlyMap<string, number>;
    groups: number;
    split: string;
  },
  published: PublishedDataset,
): string[] {
  const expected = found.split === 'all' ? published.images : published.splits?.[found.split];
  const differing = [
    { what: 'images', found: found.rows.length, expected },
    ...(found.split === 'all' ? [...found.splits] : []).map(([name, count]) => ({
      what: `images in the split ${name}`,
      found: count,
      expected: published.splits?.[name],
    })),
    { what: 'groups', found: found.groups, expected: published.groups ?? 0 },
  ].filter((count) => count.found !== count.expected);
  return differing.map(
    (count) =>
      `${counted(count.found)} ${count.what}, published are ${counted(count.expected ?? 0)}`,
  );
}

function describeRows(rows: readonly DatasetRow[]): string[] {
  const problems = rows.flatMap(({ metadata }) => (metadata.problem ? [metadata.problem] : []));
  if (problems.length === 0) return [];
  const more = problems.length - PROBLEMS_SHOWN;
  return [
    `${counted(problems.length)} ${problems.length === 1 ? 'row' : 'rows'} cannot be used:`,
    ...problems.slice(0, PROBLEMS_SHOWN).map((problem) => `  ${problem}`),
    ...(more > 0 ? [`  and ${counted(more)} more`] : []),
  ];
}
