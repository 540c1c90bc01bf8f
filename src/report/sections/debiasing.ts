import type { Cell } from '../page/blocks.ts';
import { differenceText, estimateText, integer, NONE, pValueText } from '../page/format.ts';
import type { Comparison, DatasetReport, Entry, Report } from '../report-schema.ts';
import { columnName, perDataset, type Section } from './section.ts';

export const debiasing: Section = {
  id: 'debiasing',
  title: 'Does debiasing help?',
  blocks: (content) =>
    perDataset(content, ({ report }) => {
      if (report.debiasing.length === 0) return [];
      return [
        {
          kind: 'text',
          text: `Debiased against single-image questions to the same model, over the images that both scored. ${decidedText(report, content.report)}`,
        },
        {
          kind: 'table',
          caption: `${report.name}: SRCC, debiased minus single image`,
          head: [
            'model',
            'debiased',
            'single image',
            'SRCC debiased',
            'SRCC single image',
            'difference',
            'p corrected',
            'verdict',
          ],
          align: 'lllrrrrl',
          rows: report.debiasing.map((pair) => {
            const [a, b] = sides(report, pair);
            return [
              a.provider,
              a.prompt,
              b.prompt,
              estimateText(a.SRCC),
              estimateText(b.SRCC),
              differenceText(pair.SRCC),
              pValueText(pair.holmPValue),
              verdictCell(pair),
            ];
          }),
        },
        ...remarks(report, report.debiasing),
      ];
    }),
};

/** When a difference is called one, here and for all pairs. */
export function decidedText({ comparisons }: DatasetReport, { bootstrap }: Report): string {
  const tested = comparisons.filter(({ pValue }) => pValue !== null).length;
  const alpha = Number((1 - bootstrap.confidence).toFixed(6));
  return tested > 1
    ? `Columns differ where p, corrected by Holm's method for the ${integer(tested)} pairs of columns that can be tested, is at most ${alpha}; otherwise these images do not decide it. Intervals are not corrected, so one can leave out 0 where the verdict is undecided.`
    : `Columns differ where p is at most ${alpha}; otherwise these images do not decide it.`;
}

export function sides({ entries }: DatasetReport, { a, b }: Comparison): [Entry, Entry] {
  const of = (column: number) => entries.find((entry) => entry.column === column) as Entry;
  return [of(a), of(b)];
}

/** The mark of pairs whose probabilities were obtained differently. */
export const SOURCES_DIFFER = '†';

export function verdictCell({ verdict, sourcesDiffer }: Comparison): Cell {
  const mark = sourcesDiffer ? ` ${SOURCES_DIFFER}` : '';
  if (verdict === null) return NONE + mark;
  const text = `${verdict}${mark}`;
  return verdict === 'undecided' ? text : { text, tone: verdict === 'gain' ? 'good' : 'bad' };
}

export const remarkOnSources = (pairs: readonly Comparison[]): string[] =>
  pairs.some(({ sourcesDiffer }) => sourcesDiffer)
    ? [
        `${SOURCES_DIFFER} The probabilities of the two come from different sources (log probabilities, samples, computed), which alone can change a correlation.`,
      ]
    : [];

/** What has to be known to read a table of comparisons. */
export function remarks(report: DatasetReport, pairs: readonly Comparison[]) {
  const items = [
    ...remarkOnSources(pairs),
    ...together(report, pairs, ({ SRCC }) => SRCC.problem),
    ...together(report, pairs, (pair) => fewerImages(report, pair)),
  ];
  return items.length > 0 ? [{ kind: 'list' as const, items }] : [];
}

/** Pairs of columns that a remark names; of more it counts them. */
const MOST_NAMED = 3;

/** A remark for all pairs of which the same is to be said. */
function together(
  report: DatasetReport,
  pairs: readonly Comparison[],
  remarkOn: (pair: Comparison) => string | undefined,
): string[] {
  return [...Map.groupBy(pairs, remarkOn)].flatMap(([remark, own]) => {
    if (remark === undefined) return [];
    const names = own.map((pair) => sides(report, pair).map(columnName).join(' and '));
    if (own.length <= MOST_NAMED) return [`${names.join('; ')}: ${remark}.`];
    const all = integer(pairs.length);
    const which = own.length === pairs.length ? `All ${all}` : `${integer(own.length)} of ${all}`;
    return [`${which} pairs: ${remark}.`];
  });
}

/** Over which images a pair is compared, where these are not all that its columns have scored. */
function fewerImages(report: DatasetReport, pair: Comparison): string | undefined {
  const [a, b] = sides(report, pair);
  if (pair.images === null) return undefined;
  if (pair.images === Math.max(a.images.scored, b.images.scored)) return undefined;
  const which =
    a.images.anchors + b.images.anchors > 0
      ? 'are scored in both and anchors in neither'
      : 'both scored';
  return `compared over the ${integer(pair.images)} images that ${which}`;
}
