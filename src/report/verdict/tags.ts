import { fisherInterval, srcc } from '../../statistics/index.ts';
import type { Estimate, Tag } from '../report-schema.ts';
import type { Sample, ScoredImage } from './column-sample.ts';
import { type MeanEstimate, meanEstimate } from './mean-estimate.ts';
import { noEstimate, orReason } from './or-reason.ts';
import { spreadOf } from './spread.ts';

/** A column with its scores on the MOS scale; null where no curve could be fitted. */
export interface MappedSample {
  column: number;
  sample: Sample;
  mapped: Float64Array | null;
}

/** More categories than this are no overview; of more, those with the largest bias are listed. */
const MOST_LISTED = 24;

/** Of fewer images a category on average, a value says which image it is rather than what it shows. */
const FEWEST_A_CATEGORY = 2;

export interface TagAgreement {
  tags: Tag[];
  /** Tags of the data set that make no categories, and why. */
  leftOut: { name: string; reason: string }[];
}

/**
 * Agreement and bias by what the images show, as far as the data set says it: its `group` and its
 * tags that part the images into categories. Content bias is a bias that differs between them.
 */
export function agreementByTag(columns: readonly MappedSample[]): TagAgreement {
  const images = columns.flatMap(({ sample }) => sample.images);
  const names = new Set(images.flatMap(({ row }) => Object.keys(row.tags)));
  const most = Math.max(0, ...columns.map(({ sample }) => sample.images.length));
  const tags: Tag[] = [];
  const leftOut: TagAgreement['leftOut'] = [];
  for (const name of ['group', ...[...names].filter((name) => name !== 'group').sort()]) {
    const values = new Set(images.flatMap((image) => categoryOf(image, name) ?? []));
    const reason = unsuitable([...values], most);
    if (values.size === 0) continue;
    if (reason) leftOut.push({ name, reason });
    else tags.push(tagOf(name, [...values], columns));
  }
  return { tags, leftOut };
}

const categoryOf = ({ row }: ScoredImage, name: string): string | undefined =>
  name === 'group' ? (row.group ?? row.tags.group) : row.tags[name];

/** Why values are no categories. */
function unsuitable(values: readonly string[], images: number): string | undefined {
  if (values.length < 2) return `all are "${values[0]}"`;
  if (isMeasure(values)) return `${values.length} values that are numbers, and not all whole`;
  return images / values.length < FEWEST_A_CATEGORY
    ? `${values.length} values for ${images} images`
    : undefined;
}

/** Fractions measure something; whole numbers may count what is one of a kind, such as a type of distortion. */
const isMeasure = (values: readonly string[]): boolean => {
  const numbers = values.map(Number);
  return numbers.every(Number.isFinite) && !numbers.every(Number.isInteger);
};

function tagOf(name: string, values: string[], columns: readonly MappedSample[]): Tag {
  const measured = columns.map((column) => {
    const indices = Map.groupBy(column.sample.images.keys(), (index) =>
      categoryOf(column.sample.images[index]!, name),
    );
    return new Map(
      values.map((value) => [value, within(column, indices.get(value) ?? [], name === 'group')]),
    );
  });
  const categories = values.sort(naturally).map((value) => ({
    value,
    columns: measured.map((own) => (own.get(value) as Within).agreement),
  }));
  const spread = columns.map(({ column }, place) => ({
    column,
    ...spreadOf([...(measured[place]?.values() ?? [])].map(({ bias }) => bias)),
  }));
  const listed =
    categories.length <= MOST_LISTED
      ? categories
      : categories.toSorted((a, b) => largestBias(b) - largestBias(a)).slice(0, MOST_LISTED);
  return { name, values: values.length, categories: listed, spread };
}

const naturally = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

const largestBias = ({ columns }: Tag['categories'][number]): number =>
  Math.max(...columns.map(({ bias }) => Math.abs(bias.estimate ?? 0)));

interface Within {
  agreement: Tag['categories'][number]['columns'][number];
  bias: MeanEstimate;
}

/** @param isGroup within a group its images are what varies; elsewhere images of one group vary together */
function within(
  { column, sample, mapped }: MappedSample,
  indices: readonly number[],
  isGroup: boolean,
): Within {
  const pick = (values: Float64Array) => Float64Array.from(indices, (i) => values[i]!);
  const units = indices.map((i) => (isGroup ? String(i) : sample.units[i]!));
  const bias = mapped
    ? meanEstimate(
        indices.map((i) => mapped[i]! - sample.mos[i]!),
        units,
      )
    : { mean: noEstimate('no curve could be fitted'), standardError: null };
  const SRCC = correlationOf(pick(sample.ranked), pick(sample.mos), units);
  return { agreement: { column, n: indices.length, SRCC, bias: bias.mean }, bias };
}

/** With Fisher's interval, where the images are independent of each other. */
function correlationOf(
  scores: Float64Array,
  mos: Float64Array,
  units: readonly string[],
): Estimate {
  const estimate = orReason(() => srcc(scores, mos));
  if (typeof estimate !== 'number') return noEstimate(estimate.problem);
  const without = (problem: string) => ({ ...noEstimate(problem), estimate });
  if (new Set(units).size < units.length) {
    return without('no interval, because images of one group belong together');
  }
  if (Math.abs(estimate) >= 1) return without('no interval of a correlation of 1 or -1');
  const interval = orReason(() => fisherInterval('SRCC', estimate, units.length));
  return 'problem' in interval ? without(interval.problem) : { estimate, ...interval };
}
