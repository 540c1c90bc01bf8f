import { FEWEST_BEYOND } from '../../assertions/statistics/index.ts';
import type { Cell } from '../page/blocks.ts';
import { differenceText, integer, NONE, pValueText } from '../page/format.ts';
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
      const tested = report.comparisons.filter(({ pValue }) => pValue !== null);
      return [
        {
          kind: 'list',
          items: [
            `All pairs over the same images. p is corrected by Holm's method for the ${integer(tested.length)} that can be tested, intervals are not.`,
            `p is twice the share of bootstrap draws on the other side of 0${tested.some(isFromTail) ? `; at ${FROM_TAIL}, where fewer than ${FEWEST_BEYOND} draws lie there, it is the tail of Student's distribution for the difference over its bootstrap standard error` : ''}.`,
            ...mengText(tested),
          ],
        },
        {
          kind: 'table',
          caption: `${report.name}: SRCC of the first minus SRCC of the second`,
          head: ['first', 'second', 'difference', 'p', 'p corrected', 'p Meng', 'verdict'],
          align: 'llrrrrl',
          rows: report.comparisons.map((pair) => {
            const [a, b] = sides(report, pair);
            const mark = isFromTail(pair) ? ` ${FROM_TAIL}` : '';
            return [
              columnName(a),
              columnName(b),
              differenceText(pair.SRCC),
              pValueText(pair.pValue) + mark,
              pValueText(pair.holmPValue),
              pValueText(pair.meng.pValue),
              correctedVerdict(pair),
            ];
          }),
        },
        ...remarks(report, report.comparisons),
      ];
    }),
};

/** The mark of p-values that are no share of draws. */
const FROM_TAIL = '‡';

const isFromTail = ({ pValueFrom }: Comparison): boolean => pValueFrom === 'tail';

/** What the column of Meng's test is, and why it is empty where it is. */
function mengText(tested: readonly Comparison[]): string[] {
  if (tested.length === 0) return [];
  const why = [...new Set(tested.flatMap(({ meng }) => meng.problem ?? []))];
  const missing = why.length > 0 ? ` None where ${why.join(', or ')}.` : '';
  return [
    `"p Meng" is of the Z test of Meng, Rosenthal and Rubin (1992), not corrected: an analytic check that draws nothing.${missing}`,
  ];
}

function correctedVerdict({ SRCC, holmPValue, sourcesDiffer }: Comparison): Cell {
  const mark = sourcesDiffer ? ` ${SOURCES_DIFFER}` : '';
  if (holmPValue === null || SRCC.estimate === null) return NONE + mark;
  if (holmPValue > ALPHA) return `undecided${mark}`;
  return `${SRCC.estimate > 0 ? 'first' : 'second'} is better${mark}`;
}
