import type { Entry, Estimate, Report } from '../report-schema.ts';
import { bySrcc } from '../sections/leaderboard.ts';
import { type CsvCell, csvOf } from './csv-text.ts';

const estimateHead = (name: string) => [name, `${name} low`, `${name} high`];

const HEAD = [
  'dataset',
  'rank',
  'groups',
  'average rank',
  'provider',
  'prompt',
  'models',
  'images',
  'scored',
  'resampled',
  'resampled are',
  ...['SRCC', 'KRCC', 'PLCC raw', 'PLCC mapped', 'RMSE'].flatMap(estimateHead),
  'probabilities',
  'samples',
  'cost USD',
  'answers of unknown price',
  'problem',
];

/**
 * The leaderboard as CSV: a line for each data set and column, the best of each data set first; numbers in
 * full, intervals as two columns, what does not exist empty.
 */
export const leaderboardCsv = ({ datasets, averageRanks }: Report): string =>
  csvOf(
    HEAD,
    datasets.flatMap(({ name, entries, ranking }) =>
      bySrcc(entries).map((entry): CsvCell[] => {
        const ranked = ranking.find(({ column }) => column === entry.column);
        const average = averageRanks.find(({ column }) => column === entry.column);
        return [
          name,
          ranked?.rank ?? null,
          ranked?.letters.join(' ') ?? null,
          average?.average ?? null,
          ...measured(entry),
        ];
      }),
    ),
  );

function measured(entry: Entry): CsvCell[] {
  const { provider, prompt, models, images, units, SRCC, KRCC, PLCC, mapping } = entry;
  const { probabilities, cost } = entry;
  return [
    provider,
    prompt,
    models.join(', '),
    images.total,
    images.scored,
    units?.count ?? null,
    units?.kind ?? null,
    ...[SRCC, KRCC, PLCC, mapping.PLCC, mapping.RMSE].flatMap(estimateCells),
    probabilities.source,
    probabilities.samples.join(', '),
    cost.usd,
    cost.unpriced,
    SRCC.problem ?? mapping.problem ?? null,
  ];
}

const estimateCells = ({ estimate, low, high }: Estimate): CsvCell[] => [estimate, low, high];
