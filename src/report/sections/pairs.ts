import { FEW_UNITS, FEWEST_BEYOND } from '../../statistics/index.ts';
import type { Block, Cell } from '../page/blocks.ts';
import { differenceText, estimateText, integer, NONE, pValueText } from '../page/format.ts';
import type { Comparison, DatasetReport, Entry } from '../report-schema.ts';
import { decidedText, remarkOnSources, remarks, SOURCES_DIFFER, sides } from './debiasing.ts';
import { columnName, perDataset, type Section } from './section.ts';

/** Of more columns a list of all pairs is no overview; they get a matrix. */
const MOST_LISTED = 8;

export const pairs: Section = {
  id: 'pairs',
  title: 'Which columns really differ?',
  blocks: (content) =>
    perDataset(content, ({ report }) => {
      if (report.comparisons.length === 0) return [];
      const tested = report.comparisons.filter(({ pValue }) => pValue !== null);
      const isMany = report.entries.length > MOST_LISTED;
      return [
        {
          kind: 'list',
          items: [
            `All pairs, each over the images that both scored. ${decidedText(report, content.report)}`,
            ...(isMany ? [MATRIX_TEXT] : [...originOfP(tested), ...mengText(tested)]),
          ],
        },
        ...(isMany
          ? [matrix(report), ...remarksOnMany(report)]
          : [list(report), ...remarks(report, report.comparisons)]),
      ];
    }),
};

function list(report: DatasetReport): Block {
  return {
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
  };
}

/** Of a pair that could not be compared: no dash, beside signs. */
const UNTESTED = '?';

const MATRIX_TEXT = `Ranked by SRCC. Columns that share a letter are not told apart by these images; two that share none differ, or could not be compared (${UNTESTED}). In the matrix + says that the column of the row is better than the one with that number, − that it is worse, · that these images do not decide it. All differences and p-values are in report.json.`;

/** Columns by rank, with the letters of their groups, and how each fares against each. */
function matrix({ name, entries, ranking, comparisons }: DatasetReport): Block {
  const signs = new Map(
    comparisons.flatMap(({ a, b, verdict, sourcesDiffer }) => {
      const mark = sourcesDiffer ? SOURCES_DIFFER : '';
      return [
        [`${a} ${b}`, SIGNS[verdict ?? 'none'] + mark],
        [`${b} ${a}`, SIGNS[turnedVerdict(verdict)] + mark],
      ] as const;
    }),
  );
  return {
    kind: 'table',
    caption: `${name}: columns by SRCC, and which differ`,
    head: ['model, prompt', 'SRCC', 'group', ...ranking.map((_, place) => `${place + 1}`)],
    align: `lrl${'l'.repeat(ranking.length)}`,
    rows: ranking.map(({ column, letters }, place) => {
      const entry = entries.find((one) => one.column === column) as Entry;
      return [
        `${place + 1}. ${columnName(entry)}`,
        estimateText(entry.SRCC),
        letters.join(' '),
        ...ranking.map((other): Cell => {
          if (other.column === column) return '';
          return signs.get(`${column} ${other.column}`) ?? UNTESTED;
        }),
      ];
    }),
  };
}

const SIGNS = { gain: '+', loss: '−', undecided: '·', none: UNTESTED };

const turnedVerdict = (verdict: Comparison['verdict']): keyof typeof SIGNS =>
  verdict === 'gain' ? 'loss' : verdict === 'loss' ? 'gain' : (verdict ?? 'none');

/** What has to be known of many pairs, without a line for each. */
function remarksOnMany({ comparisons }: DatasetReport): Block[] {
  const reasons = Map.groupBy(
    comparisons.flatMap(({ SRCC }) => SRCC.problem ?? []),
    (reason) => reason,
  );
  const items = [
    ...remarkOnSources(comparisons),
    ...[...reasons].map(
      ([reason, { length }]) => `${integer(length)} ${length === 1 ? 'pair' : 'pairs'}: ${reason}.`,
    ),
  ];
  return items.length > 0 ? [{ kind: 'list', items }] : [];
}

/** The mark of p-values that are no share of draws. */
const FROM_TAIL = '‡';

const isFromTail = ({ pValueFrom }: Comparison): boolean => pValueFrom === 'tail';

function originOfP(tested: readonly Comparison[]): string[] {
  if (tested.length === 0) return [];
  const fromTail = tested.some(isFromTail)
    ? `; at ${FROM_TAIL}, with fewer than ${FEW_UNITS} independent images or groups or fewer than ${FEWEST_BEYOND} such draws, it is the tail of Student's distribution for the difference over its bootstrap standard error`
    : '';
  return [`p is twice the share of bootstrap draws on the other side of 0${fromTail}.`];
}

/** What the column of Meng's test is, and why it is empty where it is. */
function mengText(tested: readonly Comparison[]): string[] {
  if (tested.length === 0) return [];
  const why = [...new Set(tested.flatMap(({ meng }) => meng.problem ?? []))];
  const missing = why.length > 0 ? ` None where ${why.join(', or ')}.` : '';
  return [
    `"p Meng" is of the Z test of Meng, Rosenthal and Rubin (1992), not corrected: an analytic check that draws nothing.${missing}`,
  ];
}

function correctedVerdict({ verdict, sourcesDiffer }: Comparison): Cell {
  const mark = sourcesDiffer ? ` ${SOURCES_DIFFER}` : '';
  if (verdict === null) return NONE + mark;
  if (verdict === 'undecided') return `undecided${mark}`;
  return `${verdict === 'gain' ? 'first' : 'second'} is better${mark}`;
}
