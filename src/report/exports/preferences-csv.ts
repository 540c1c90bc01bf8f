import { imageName } from '../../images/image-name.ts';
import { PREFERENCE_METRICS } from '../../statistics/index.ts';
import type { Findings } from '../findings.ts';
import type { PairRow } from '../run/read-pair.ts';
import { byAccuracy } from '../sections/preferences.ts';
import { type CsvCell, csvOf } from './csv-text.ts';

/**
 * Data sets of pairs as CSV: a line for each data set and column, the best of each first; numbers in full, what does not
 * exist empty.
 */
export const preferencesCsv = ({ report }: Pick<Findings, 'report'>): string =>
  csvOf(
    [
      ...['dataset', 'provider', 'prompt', 'pairs', 'answered', 'independent sets'],
      ...PREFERENCE_METRICS.flatMap((name) => [name, `${name} low`, `${name} high`]),
      ...['position bias', 'orders disagree', 'cost USD', 'answers of unknown price', 'problem'],
    ],
    report.preferences.flatMap(({ name, entries }) =>
      byAccuracy(entries).map((entry): CsvCell[] => [
        ...[name, entry.provider, entry.prompt, entry.pairs, entry.answered, entry.units.count],
        ...PREFERENCE_METRICS.flatMap((metric): CsvCell[] => {
          const { estimate, low, high } = entry.metrics[metric];
          return [estimate, low, high];
        }),
        ...[entry.positionBias, entry.inconsistent, entry.cost.usd, entry.cost.unpriced],
        entry.metrics.ACCURACY.problem ?? null,
      ]),
    ),
  );

/** Every pair of images as CSV: a line for each column and pair, with people's share and the judge's probability. */
export const pairsCsv = ({ run }: Pick<Findings, 'run'>): string =>
  csvOf(
    [
      ...['dataset', 'first', 'second', 'first sha256', 'second sha256', 'group', 'share'],
      ...['provider', 'prompt', 'probability', 'shown first', 'shown second', 'tie'],
      ...['orders disagree', 'probabilities', 'error'],
    ],
    run.columns.flatMap(({ provider, prompt, pairs }) =>
      pairs.map((row): CsvCell[] => [
        ...[row.dataset, imageName(row.first), imageName(row.second)],
        ...[row.answered?.firstSha256 ?? null, row.answered?.secondSha256 ?? null],
        ...[row.group ?? null, row.share ?? null, provider, prompt],
        ...answerCells(row),
      ]),
    ),
  );

function answerCells({ answered, error }: PairRow): CsvCell[] {
  if (!answered) return [null, null, null, null, null, null, error ?? 'no answer'];
  const { probability, shownFirst, shownSecond, tie, isInconsistent, source } = answered.output;
  return [probability, shownFirst, shownSecond, tie, isInconsistent ? 1 : 0, source, null];
}
