import type { Block, Cell } from '../page/blocks.ts';
import { estimateText, integer } from '../page/format.ts';
import { type MadeSection, renderPage } from '../page/html.ts';
import { renderMarkdown } from '../page/markdown.ts';
import { type HistoryLine, historyPlot, MOST_LINES } from '../plots/history.ts';
import type { RenderPlot } from '../plots/render-svg.ts';
import { PAGE_THEME } from '../plots/theme.ts';
import { fileNotes, RUNS_ALIGN, runNotes, runsHead, runsRows, trendText } from './cells.ts';
import type { History, HistorySeries } from './history-schema.ts';
import { seriesName } from './series.ts';

type Metric = History['metrics'][number];

/** One self-contained page: no script, no request. */
export const historyPage = async (history: History, renderPlot: RenderPlot): Promise<string> =>
  renderPage(TITLE, subtitleOf(history), await sectionsOf(history, renderPlot));

/** The same without pictures, for a CI's step summary and for pull requests. */
export const historyMarkdown = async (history: History): Promise<string> =>
  renderMarkdown(TITLE, subtitleOf(history), await sectionsOf(history, async () => ''));

const TITLE = 'Image quality assessment: history';

function subtitleOf({ runs, createdAt }: History): string {
  const made = createdAt.slice(0, '2026-11-26T07:38'.length).replace('T', ' ');
  const count = `${integer(runs.length)} ${runs.length === 1 ? 'run' : 'runs'}`;
  return `${count}, ${runs[0]?.name} to ${runs.at(-1)?.name} (UTC) · made ${made}`;
}

async function sectionsOf(history: History, renderPlot: RenderPlot): Promise<MadeSection[]> {
  const datasets = [...Map.groupBy(history.series, ({ dataset }) => dataset)];
  const sections: MadeSection[] = [{ id: 'newest', title: 'Newest runs', blocks: newest(history) }];
  for (const [index, [dataset, series]] of datasets.entries()) {
    const blocks: Block[] = [];
    for (const metric of history.metrics) {
      blocks.push(...(await figures(series, metric, history, renderPlot)));
      blocks.push(...series.flatMap((one) => seriesBlocks(one, metric, history)));
    }
    sections.push({ id: `dataset-${index + 1}`, title: dataset, blocks });
  }
  sections.push({ id: 'files', title: 'Outputs', blocks: files(history) });
  sections.push({ id: 'reading', title: 'How to read it', blocks: reading(history) });
  return sections;
}

const KINDS = {
  drop: { text: 'fell', tone: 'bad' },
  none: { text: 'no drop shown', tone: 'good' },
  'not judged': 'not judged',
} as const satisfies Record<string, Cell>;

function newest({ drops }: History): Block[] {
  return [
    {
      kind: 'table',
      caption: 'The newest run of each column against the nearest earlier one that is comparable',
      head: ['what', 'verdict'],
      align: 'll',
      rows: drops.map(({ kind, reason }) => [reason, KINDS[kind]]),
    },
  ];
}

async function figures(
  series: readonly HistorySeries[],
  metric: Metric,
  { runs }: History,
  renderPlot: RenderPlot,
): Promise<Block[]> {
  const lines = series
    .map((one) => lineOf(one, metric, runs))
    .filter(({ points }) => points.length);
  const shown = runs.filter((_, run) =>
    series.some(({ points }) => points.some((point) => point.run === run)),
  );
  const names = shown.map(({ name }) => name);
  const blocks: Block[] = [];
  for (let start = 0; start < lines.length; start += MOST_LINES) {
    const part = lines.slice(start, start + MOST_LINES);
    blocks.push({
      kind: 'figure',
      svg: await renderPlot(historyPlot(part, { runs: names, title: metric }), PAGE_THEME),
      label: `${metric} from run to run: ${part.map(lineText).join('; ')}`,
      caption: `${metric} with its interval. A line leads from each run to the one that it is compared with; a ring marks a run in which another model answered, as the vendor named it. Overlap does not tell whether two differ: see the changes below.`,
    });
  }
  return blocks;
}

function lineOf(series: HistorySeries, metric: Metric, runs: History['runs']): HistoryLine {
  let before: string | undefined;
  return {
    name: seriesName(series),
    points: series.points.flatMap(({ run, values, models }) => {
      const value = values.find((one) => one.metric === metric);
      if (!value || value.estimate === null) return [];
      const step = series.steps.find((one) => one.metric === metric && one.run === run);
      const against = step?.against == null ? null : (runs[step.against]?.name ?? null);
      const { estimate, low, high } = value;
      const answering = models.join(', ');
      const isOtherModel = before !== undefined && before !== answering;
      before = answering;
      return [{ run: runs[run]?.name ?? '', estimate, low, high, against, isOtherModel }];
    }),
  };
}

const lineText = ({ name, points }: HistoryLine): string =>
  `${name}: ${points.map(({ run, isOtherModel, ...value }) => `${run} ${estimateText(value)}${isOtherModel ? ' (another model)' : ''}`).join(', ')}`;

function seriesBlocks(series: HistorySeries, metric: Metric, history: History): Block[] {
  const trend = series.trends.find((one) => one.metric === metric);
  const notes = [
    ...(trend ? [`Trend of ${trendText(trend, history)}.`] : []),
    ...runNotes(series, metric, history).map((note) => `${note}.`),
  ];
  return [
    {
      kind: 'table',
      caption: `${seriesName(series)}: ${metric}`,
      head: runsHead(metric),
      align: RUNS_ALIGN,
      rows: runsRows(series, metric, history),
    },
    ...(notes.length > 0 ? [{ kind: 'list' as const, items: notes }] : []),
  ];
}

function files(history: History): Block[] {
  const notes = fileNotes(history);
  return [
    {
      kind: 'table',
      caption: 'The runs, from the oldest to the newest',
      head: ['run', 'begun (UTC)', 'file', 'evaluation'],
      align: 'llll',
      rows: history.runs.map(({ name, date, file, evaluation }) => [
        name,
        date,
        file,
        evaluation ?? 'not said',
      ]),
    },
    ...(notes.length > 0 ? [{ kind: 'list' as const, items: notes }] : []),
  ];
}

function reading({ bootstrap: { confidence, draws }, generator, anyPrompt }: History): Block[] {
  const percent = `${Number((confidence * 100).toPrecision(6))} %`;
  return [
    {
      kind: 'list',
      items: [
        `In brackets: ${percent} bootstrap intervals over independent images or groups, ${integer(draws)} draws; Student's where there are fewer than 20 of them. They are not corrected for the number of tests.`,
        `A change is the difference from the nearest earlier run that is comparable, drawn in pairs over the images that both have scored. Runs with other images, MOS, groups, degradations, weights${anyPrompt ? '' : ', text of the prompt'} or sources of the probabilities are not comparable: what differs stands under the table.`,
        `It rose or fell where the p-value, by Holm's correction for everything that was tested of the same run, is at most ${Number((1 - confidence).toPrecision(6))}. Of runs between which nothing changed, that share will be said to have changed by chance.`,
        'A trend is the change along a straight line that is fitted to all runs which are comparable with the newest, by date, over the images that all of them have scored; its p-values are corrected for all trends. It does not say that the trend goes on.',
        'No change shown is no proof that nothing changed: how far a metric may have fallen stands in the brackets of its change. A gate with a baseline and a margin asks that question.',
        `Made by promptfoo-iqa ${generator.version}.`,
      ],
    },
  ];
}
