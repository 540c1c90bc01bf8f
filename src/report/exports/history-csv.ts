import type { History } from '../history/history-schema.ts';
import { type CsvCell, csvOf } from './csv-text.ts';

const HEAD = [
  'dataset',
  'provider',
  'prompt',
  'run',
  'date',
  'file',
  'evaluation',
  'models',
  'images',
  'missing',
  'resampled',
  'resampled are',
  'metric',
  'estimate',
  'low',
  'high',
  'since',
  'change',
  'change low',
  'change high',
  'p',
  'p corrected',
  'verdict',
  'problem',
];

/**
 * The history as CSV: a line for each data set, column, run and metric, the oldest run first; numbers in full, what
 * does not exist empty.
 */
export const historyCsv = ({ series, runs, metrics }: History): string =>
  csvOf(
    HEAD,
    series.flatMap(({ dataset, provider, prompt, points, steps }) =>
      points.flatMap((point) =>
        metrics.map((metric): CsvCell[] => {
          const run = runs[point.run];
          const value = point.values.find((one) => one.metric === metric);
          const step = steps.find((one) => one.metric === metric && one.run === point.run);
          const since = step?.against == null ? null : (runs[step.against]?.name ?? null);
          return [
            ...[dataset, provider, prompt],
            ...[run?.name ?? null, run?.date ?? null, run?.file ?? null, run?.evaluation ?? null],
            point.models.join(', '),
            ...[point.images, point.missing],
            ...[point.units?.count ?? null, point.units?.kind ?? null],
            metric,
            ...[value?.estimate ?? null, value?.low ?? null, value?.high ?? null],
            since,
            ...[step?.estimate ?? null, step?.low ?? null, step?.high ?? null],
            ...[step?.pValue ?? null, step?.holmPValue ?? null, step?.verdict ?? null],
            point.problem ?? value?.problem ?? step?.problem ?? null,
          ];
        }),
      ),
    ),
  );
