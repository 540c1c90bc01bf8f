import { oneLine } from '../../common/one-line.ts';
import { plainTable } from '../../common/plain-table.ts';
import type { Cell } from '../page/blocks.ts';
import { shortened } from '../page/format.ts';
import { fileNotes, runNotes, runsHead, runsRows, trendText } from './cells.ts';
import type { History, HistorySeries } from './history-schema.ts';
import { seriesName } from './series.ts';

const MODEL_LENGTH = 32;
const ALIGNED = ['left', 'left', 'left', 'left', 'right', 'left', 'right', 'left'] as const;

/** What is printed of a history: a table for each data set, column and metric, and what was left out. */
export function printedHistory(history: History): string {
  const parts = history.series.flatMap((series) =>
    history.metrics.map((metric) => seriesText(series, metric, history)),
  );
  const notes = fileNotes(history).map((note) => `${oneLine(note)}\n`);
  return `\n${parts.join('\n')}${notes.length > 0 ? `\n${notes.join('')}` : ''}`;
}

function seriesText(
  series: HistorySeries,
  metric: History['metrics'][number],
  history: History,
): string {
  const rows = runsRows(series, metric, history).map((row) =>
    row.map((cell, index) => {
      const text = oneLine(textOf(cell));
      return index === row.length - 1 ? shortened(text, MODEL_LENGTH) : text;
    }),
  );
  const trend = series.trends.find((one) => one.metric === metric);
  const lines = [
    ...(trend ? [`trend of ${trendText(trend, history)}`] : []),
    ...runNotes(series, metric, history),
  ];
  return [
    oneLine(`${series.dataset}: ${seriesName(series)}`),
    plainTable(runsHead(metric), rows, ALIGNED),
    ...lines.map((line) => `  ${oneLine(line)}`),
    '',
  ].join('\n');
}

const textOf = (cell: Cell): string => (typeof cell === 'string' ? cell : cell.text);
