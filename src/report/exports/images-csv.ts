import { imageName } from '../../images/image-name.ts';
import { rowPairs } from '../../method/pair-result.ts';
import type { RowOutput, Weights } from '../../method/row-output.ts';
import { scoreConditions } from '../../method/score-conditions.ts';
import { standardErrorOf } from '../../rows/ratings.ts';
import type { Findings } from '../findings.ts';
import type { ImageRow } from '../run/scored-run.ts';
import { ratesCopies } from '../verdict/priors.ts';
import { type CsvCell, csvOf } from './csv-text.ts';

const HEAD = [
  'dataset',
  'image',
  'sha256',
  'group',
  'mos',
  'mos standard error',
  'provider',
  'prompt',
  'score',
  'score standard error',
  'score mapped',
  'expected mos low',
  'expected mos high',
  'probabilities',
  'position bias',
  'orders disagree',
  'error',
];

const FIRST_OF_SCORE = HEAD.indexOf('score');

/**
 * Every image of the run as CSV, a line for each column and image: its score, with its standard error where it is
 * sampled or compared in pairs, and then what the order of two images did (position bias, -0.5 to 0.5, and the share of
 * pairs of which the two orders prefer different images); that score mapped to the scale
 * of MOS where a curve was fitted, which is the MOS to be expected of it, with a prediction interval; and the
 * error of a row without a score. Tags of the data set follow as
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
      figures.map(
        ({ entry, curve }) =>
          [
            `${entry.column} ${report.name}`,
            { curve, reach: entry.agreement.prediction.reach, scale: report.scale },
          ] as const,
      ),
    ),
  );
  return csvOf(
    [...HEAD, ...tags.map((name) => `tag ${name}`)],
    columns.flatMap(({ column, column: { provider, prompt, rows }, number }) =>
      rows.map((row): CsvCell[] => [
        row.dataset,
        imageName(row.image),
        row.scored?.sha256 ?? null,
        row.group ?? null,
        row.mos ?? null,
        standardErrorOf(row.ratings) ?? null,
        provider,
        prompt,
        ...scoreCells(row, column.settings.weights, curves.get(`${number} ${row.dataset}`)),
        ...tags.map((name) => row.tags[name] ?? null),
      ]),
    ),
  );
}

/**
 * Of a score that is a weighted mean of conditions, each of which has one; the weights are taken for known. Undefined
 * where one has none, as with exact probabilities.
 */
function standardErrorOfScore(
  { conditions }: RowOutput,
  weights: Weights | undefined,
): number | undefined {
  const asked = conditions.filter(({ quality }) => quality !== null);
  const errors = asked.flatMap(({ standardError }) => standardError ?? []);
  if (errors.length < asked.length || asked.some(({ contrast }) => contrast)) return undefined;
  const shares = scoreConditions(asked, weights).weights;
  return Math.hypot(...errors.map((error, index) => error * shares[index]!));
}

/** What MOS is to be expected of a score. */
interface Expectation {
  curve: ((score: number) => number) | null;
  /** Of the prediction interval, to either side. */
  reach: number | null;
  /** Ends of the scale of MOS, where they are known. */
  scale: readonly [number, number] | null;
}

/** No MOS lies beyond its scale. */
const within = (scale: Expectation['scale'], mos: number): number =>
  scale ? Math.min(scale[1], Math.max(scale[0], mos)) : mos;

function scoreCells(
  { scored, error }: ImageRow,
  weights: Weights | undefined,
  { curve, reach, scale }: Expectation = { curve: null, reach: null, scale: null },
): CsvCell[] {
  if (!scored)
    return [...Array<null>(HEAD.length - FIRST_OF_SCORE - 1).fill(null), error ?? 'no answer'];
  const expected = curve ? curve(scored.score) : null;
  const ends =
    expected === null || reach === null
      ? [null, null]
      : [-reach, reach].map((step) => within(scale, expected + step));
  const compared = rowPairs(scored.output.conditions);
  return [
    ...[
      scored.score,
      standardErrorOfScore(scored.output, weights) ?? null,
      expected,
      ...ends,
      scored.output.source,
    ],
    ...[compared?.positionBias ?? null, compared ? compared.inconsistent / compared.pairs : null],
    null,
  ];
}
