import { imageName } from '../../providers/images/image-name.ts';
import type { Findings } from '../build-report.ts';
import type { ImageRow } from '../run/run.ts';
import { ratesCopies } from '../verdict/priors.ts';
import { type CsvCell, csvOf } from './csv.ts';

const HEAD = [
  'dataset',
  'image',
  'sha256',
  'group',
  'mos',
  'provider',
  'prompt',
  'score',
  'score mapped',
  'probabilities',
  'error',
];

/**
 * Every image of the run as CSV, a line for each column and image: its score, that score mapped to the scale
 * of MOS where a curve was fitted, and the error of a row without a score. Tags of the data set follow as
 * columns of their own. Columns that rate degraded copies rate no image and are left out, and so are further
 * repetitions.
 */
export function imagesCsv({ run, datasets }: Findings): string {
  const columns = run.columns.flatMap((column, number) =>
    ratesCopies(column) ? [] : [{ column, number }],
  );
  const tags = [
    ...new Set(
      columns.flatMap(({ column }) => column.rows.flatMap(({ tags }) => Object.keys(tags))),
    ),
  ].sort();
  const curves = new Map(
    datasets.flatMap(({ report, figures }) =>
      figures.map(({ entry, curve }) => [`${entry.column} ${report.name}`, curve] as const),
    ),
  );
  return csvOf(
    [...HEAD, ...tags.map((name) => `tag ${name}`)],
    columns.flatMap(({ column: { provider, prompt, rows }, number }) =>
      rows.map((row): CsvCell[] => [
        row.dataset,
        imageName(row.image),
        row.scored?.sha256 ?? null,
        row.group ?? null,
        row.mos ?? null,
        provider,
        prompt,
        ...scoreCells(row, curves.get(`${number} ${row.dataset}`) ?? null),
        ...tags.map((name) => row.tags[name] ?? null),
      ]),
    ),
  );
}

function scoreCells(
  { scored, error }: ImageRow,
  curve: ((score: number) => number) | null,
): CsvCell[] {
  if (!scored) return [null, null, null, error ?? 'no answer'];
  return [scored.score, curve ? curve(scored.score) : null, scored.output.source, null];
}
