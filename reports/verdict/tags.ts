import { srcc } from '../../assertions/statistics/index.ts';
import type { Estimate, Tag } from '../report-schema.ts';
import { noEstimate, orReason } from './estimate.ts';
import { meanEstimate, NORMAL_95 } from './mean-estimate.ts';
import type { Sample, ScoredImage } from './sample.ts';

/** A column with its scores on the MOS scale; null where no curve could be fitted. */
export interface MappedSample {
  column: number;
  sample: Sample;
  mapped: Float64Array | null;
}

/** More categories than this are no overview. */
const MAX_CATEGORIES = 24;

/**
 * Agreement and bias by what the images show, as far as the data set says it: its `group` and its
 * tags that part the images into a few categories. Content bias is a bias that differs between them.
 */
export function agreementByTag(columns: readonly MappedSample[]): Tag[] {
  const images = columns.flatMap(({ sample }) => sample.images);
  const names = new Set(images.flatMap(({ row }) => Object.keys(row.tags)));
  return ['group', ...[...names].filter((name) => name !== 'group').sort()].flatMap((name) => {
    const values = new Set(images.flatMap((image) => categoryOf(image, name) ?? []));
    if (values.size < 2 || values.size > MAX_CATEGORIES) return [];
    const categories = [...values].sort(naturally).map((value) => ({
      value,
      columns: columns.map((column) => within(column, name, value)),
    }));
    const spread = columns.map(({ column }, place) => ({
      column,
      bias: spreadOf(categories.map((category) => category.columns[place]?.bias)),
    }));
    return [{ name, categories, spread }];
  });
}

const categoryOf = ({ row }: ScoredImage, name: string): string | undefined =>
  name === 'group' ? (row.group ?? row.tags.group) : row.tags[name];

const naturally = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

function within({ column, sample, mapped }: MappedSample, name: string, value: string) {
  const indices = sample.images.flatMap((image, index) =>
    categoryOf(image, name) === value ? [index] : [],
  );
  const pick = (values: Float64Array) => Float64Array.from(indices, (i) => values[i] as number);
  return {
    column,
    n: indices.length,
    SRCC: correlationOf(pick(sample.scores), pick(sample.mos)),
    bias: mapped
      ? meanEstimate(
          indices.map((i) => (mapped[i] as number) - (sample.mos[i] as number)),
          // Within a group its images are what varies; elsewhere images of one group vary together.
          indices.map((i) => (name === 'group' ? String(i) : (sample.units[i] as string))),
        )
      : noEstimate('no curve could be fitted'),
  };
}

function correlationOf(scores: Float64Array, mos: Float64Array): Estimate {
  const estimate = orReason(() => srcc(scores, mos));
  return typeof estimate === 'number'
    ? { ...noEstimate('no interval within a category'), estimate }
    : noEstimate(estimate.problem);
}

/** Standard deviation of the categories' biases beyond what their standard errors explain. */
function spreadOf(biases: readonly (Estimate | undefined)[]): number | null {
  const known = biases.flatMap((bias) =>
    bias && bias.estimate !== null && bias.low !== null && bias.high !== null
      ? [{ mean: bias.estimate, error: (bias.high - bias.low) / 2 / NORMAL_95 }]
      : [],
  );
  if (known.length < 2) return null;
  const centre = known.reduce((sum, { mean }) => sum + mean, 0) / known.length;
  const observed =
    known.reduce((sum, { mean }) => sum + (mean - centre) ** 2, 0) / (known.length - 1);
  const chance = known.reduce((sum, { error }) => sum + error ** 2, 0) / known.length;
  return Math.sqrt(Math.max(0, observed - chance));
}
