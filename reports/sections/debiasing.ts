import type { Cell } from '../page/blocks.ts';
import { differenceText, estimateText, NONE } from '../page/format.ts';
import type { Comparison, DatasetReport, Entry } from '../report-schema.ts';
import { perDataset, type Section } from './section.ts';

export const debiasing: Section = {
  id: 'debiasing',
  title: 'Does debiasing help?',
  blocks: (content) =>
    perDataset(content, ({ report }) => {
      if (report.debiasing.length === 0) return [];
      return [
        {
          kind: 'text',
          text: 'Debiased against single-image questions to the same model, over the same images. A gain or a loss is a difference whose paired interval leaves out 0; otherwise these images do not decide it.',
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
            'verdict',
          ],
          align: 'lllrrrl',
          rows: report.debiasing.map((pair) => {
            const [a, b] = sides(report, pair);
            return [
              a.provider,
              a.prompt,
              b.prompt,
              estimateText(a.SRCC),
              estimateText(b.SRCC),
              differenceText(pair.SRCC),
              verdictCell(pair),
            ];
          }),
        },
        ...remarks(report, report.debiasing),
      ];
    }),
};

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

/** What has to be known to read a table of comparisons. */
export function remarks(report: DatasetReport, pairs: readonly Comparison[]) {
  const items = [
    ...(pairs.some(({ sourcesDiffer }) => sourcesDiffer)
      ? [
          `${SOURCES_DIFFER} The probabilities of the two come from different sources (log probabilities, samples, computed), which alone can change a correlation.`,
        ]
      : []),
    ...pairs.flatMap((pair) => {
      if (pair.SRCC.problem === undefined) return [];
      const [a, b] = sides(report, pair);
      return [`${a.provider}, ${a.prompt} and ${b.provider}, ${b.prompt}: ${pair.SRCC.problem}.`];
    }),
  ];
  return items.length > 0 ? [{ kind: 'list' as const, items }] : [];
}
