import { plainTable } from '../common/plain-table.ts';
import { differenceText, integer, pValueText, shortened } from './page/format.ts';
import type { PreferenceReport } from './report-schema.ts';
import {
  byAccuracy,
  METRICS_HEAD,
  metricsCells,
  pairsOf,
  problemLines,
  verdictText,
} from './sections/preferences.ts';
import { columnName } from './sections/section.ts';

const NAME_LENGTH = 40;

/** A terminal shows no more pairs of columns; the report has all. */
const PAIRS_SHOWN = 15;

/** How the columns agree with people over one data set of pairs, as printed after a run. */
export function preferencesText(report: PreferenceReport): string {
  const { name, entries } = report;
  const table = plainTable(
    ['model', 'prompt', 'pairs', ...METRICS_HEAD],
    byAccuracy(entries).map((entry) => [
      shortened(entry.provider, NAME_LENGTH),
      entry.prompt,
      pairsOf(entry),
      ...metricsCells(entry),
    ]),
    ['left', 'left', 'right', ...METRICS_HEAD.map(() => 'left' as const)],
  );
  const lines = [
    ...differenceLines(report),
    ...problemLines(entries),
    ...entries.flatMap(({ provider, prompt, missing }) =>
      missing.length === 0
        ? []
        : [
            `${provider}, ${prompt}: ${integer(missing.length)} ${missing.length === 1 ? 'pair has' : 'pairs have'} no answer: ${missing[0]!.reason}`,
          ],
    ),
  ];
  return [
    `${name}: pairs, agreement with people`,
    table,
    ...lines.map((line) => `  ${line}`),
    '',
  ].join('\n');
}

/** What the columns differ by, as far as they could be compared. */
function differenceLines({ entries, comparisons }: PreferenceReport): string[] {
  const named = new Map(entries.map((entry) => [entry.column, columnName(entry)]));
  const tested = comparisons.filter(({ pValue }) => pValue !== null);
  const more = tested.length - PAIRS_SHOWN;
  return [
    ...tested.slice(0, PAIRS_SHOWN).map((pair) => {
      const [a = '', b = ''] = [pair.a, pair.b].map((column) => named.get(column));
      const corrected = tested.length > 1 ? ` corrected for ${tested.length} comparisons` : '';
      return `${a} minus ${b}: accuracy ${differenceText(pair.ACCURACY)} over ${integer(pair.pairs)} pairs, p ${pValueText(pair.holmPValue)}${corrected}: ${verdictText(pair, a, b)}`;
    }),
    ...(more > 0 ? [`and ${integer(more)} more pairs of columns, which the report has`] : []),
  ];
}
