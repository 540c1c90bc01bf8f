import type { z } from 'zod';
import { type CorrelationAnswer, correlationAnswerSchema } from '../../rows/correlation-row.ts';
import { type PreferenceAnswer, preferenceAnswerSchema } from '../../rows/preference-row.ts';

/** What is compared with an earlier run, and where an output of promptfoo keeps it. */
export interface BaselineSource<Answer> {
  /** As `Gate.of`. */
  of: 'images' | 'pairs';
  /** Key of the answer's metadata. */
  key: 'correlation' | 'preferences';
  schema: z.ZodType<Answer>;
  /** What the rows are called that hold such answers. */
  row: string;
  assertion: string;
}

/** An answer over all rows of a data set. */
export type DatasetAnswer = Pick<CorrelationAnswer, 'dataset' | 'repeatIndex' | 'asked'>;

export const CORRELATIONS: BaselineSource<CorrelationAnswer> = {
  of: 'images',
  key: 'correlation',
  schema: correlationAnswerSchema,
  row: 'correlation row',
  assertion: 'rank-correlation',
};

export const PREFERENCES: BaselineSource<PreferenceAnswer> = {
  of: 'pairs',
  key: 'preferences',
  schema: preferenceAnswerSchema,
  row: 'preference row',
  assertion: 'pair-agreement',
};

/** Why a column cannot be compared that has other data sets alone. */
export const lacksDataset = (
  { key }: Pick<BaselineSource<unknown>, 'key'>,
  dataset: string,
): string => `it has no ${key} over "${dataset}"`;
