import { RATINGS_KEY } from '../harness/row-keys.ts';
import { ratingsSchema, standardErrorOf } from '../rows/ratings.ts';
import { counted, rounded } from './number-text.ts';
import type { DatasetRow } from './row.ts';

/** What rows say of the ratings behind their scores, in words; undefined where they say nothing of their spread. */
export function ratingsSummary(rows: readonly Pick<DatasetRow, 'metadata'>[]): string | undefined {
  const ratings = rows.flatMap(
    ({ metadata }) => ratingsSchema.safeParse(metadata[RATINGS_KEY]).data ?? [],
  );
  const errors = ratings.flatMap((own) => standardErrorOf(own) ?? []);
  if (errors.length > 0) {
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    const part = errors.length < rows.length ? ', too few for a band of ties or a ceiling' : '';
    return `the standard error of MOS is known of ${counted(errors.length)} ${errors.length === 1 ? 'image' : 'images'}, ${rounded(mean)} on average${part}`;
  }
  const withSpread = ratings.filter(({ deviation }) => deviation !== undefined);
  const spread = withSpread.length;
  if (spread > 0 && withSpread.every(({ raters }) => raters !== undefined)) {
    return 'each image has one rating, so that nothing is known of their spread';
  }
  return spread === 0
    ? undefined
    : `their standard deviation is known of ${counted(spread)} images, and not their number`;
}
