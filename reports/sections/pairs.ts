import type { Cell } from '../page/blocks.ts';
import { differenceText, NONE, pValueText } from '../page/format.ts';
import type { Comparison } from '../report-schema.ts';
import { remarks, SOURCES_DIFFER, sides } from './debiasing.ts';
import { columnName, perDataset, type Section } from './section.ts';

const ALPHA = 0.05;

export const pairs: Section = {
  id: 'pairs',
  title: 'Which columns really differ?',
  blocks: (content) =>
    perDataset(content, ({ report }) => {
      if (report.comparisons.length === 0) return [];
      return [
        {
          kind: 'text',
          text: `All pairs over the same images, p-values corrected by Holm's method for there being ${report.comparisons.length}. Intervals are not corrected.`,
        },
        {
          kind: 'table',
          caption: `${report.name}: SRCC of the first minus SRCC of the second`,
          head: ['first', 'second', 'difference', 'p', 'p corrected', 'verdict'],
          align: 'llrrrl',
          rows: report.comparisons.map((pair) => {
            const [a, b] = sides(report, pair);
            return [
              columnName(a),
              columnName(b),
              differenceText(pair.SRCC),
              pValueText(pair.pValue),
              pValueText(pair.holmPValue),
              correctedVerdict(pair),
            ];
          }),
        },
        ...remarks(report, report.comparisons),
      ];
    }),
};

function correctedVerdict({ SRCC, holmPValue, sourcesDiffer }: Comparison): Cell {
  const mark = sourcesDiffer ? ` ${SOURCES_DIFFER}` : '';
  if (holmPValue === null || SRCC.estimate === null) return NONE + mark;
  if (holmPValue > ALPHA) return `undecided${mark}`;
  return `${SRCC.estimate > 0 ? 'first' : 'second'} is better${mark}`;
}
