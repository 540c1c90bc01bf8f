import type { Block } from '../page/blocks.ts';
import { estimateText, fixed, integer, NONE } from '../page/format.ts';
import { intervalPlot } from '../plots/intervals.ts';
import type { RenderPlot } from '../plots/render-svg.ts';
import { PAGE_THEME } from '../plots/theme.ts';
import type { DatasetReport, Entry, Report } from '../report-schema.ts';
import { columnName, perDataset, type Section } from './section.ts';

export const leaderboard: Section = {
  id: 'leaderboard',
  title: 'Leaderboard',
  blocks: (content) =>
    perDataset(content, async ({ report }) => [
      ...notes(report, content.report),
      {
        kind: 'table',
        caption: `${report.name}: agreement of scores with ${truthOf(report)}, the closest first`,
        head: [
          'model',
          'prompt',
          'images',
          'SRCC',
          'KRCC',
          'PLCC raw',
          'PLCC mapped',
          'RMSE',
          'probabilities',
        ],
        align: 'llrrrrrrl',
        rows: bySrcc(report.entries).map((entry) => [
          modelOf(entry),
          entry.prompt,
          imagesOf(entry),
          estimateText(entry.SRCC),
          estimateText(entry.KRCC),
          estimateText(entry.PLCC),
          entry.mapping.PLCC === null ? NONE : fixed(entry.mapping.PLCC, 3),
          entry.mapping.RMSE === null ? NONE : entry.mapping.RMSE.toPrecision(3),
          probabilitiesOf(entry),
        ]),
      },
      ...(await figure(report, content.renderPlot)),
    ]),
};

export const bySrcc = (entries: readonly Entry[]): Entry[] =>
  [...entries].sort(
    (a, b) =>
      (b.SRCC.estimate ?? Number.NEGATIVE_INFINITY) - (a.SRCC.estimate ?? Number.NEGATIVE_INFINITY),
  );

/** The label that the user gave, and what the vendor answered as, where that says more. */
export function modelOf({ provider, models }: Pick<Entry, 'provider' | 'models'>): string {
  const others = models.filter((model) => model !== provider);
  return others.length > 0 ? `${provider} (${others.join(', ')})` : provider;
}

export const imagesOf = ({
  images: { scored, total },
}: {
  images: { scored: number; total: number };
}): string => (scored === total ? integer(total) : `${integer(scored)} of ${integer(total)}`);

/** `samples (8)` */
export function probabilitiesOf({
  probabilities: { source, samples },
}: Pick<Entry, 'probabilities'>): string {
  if (source === null) return NONE;
  return samples.length > 0 ? `${source} (${samples.join(', ')})` : source;
}

export const truthOf = ({ truth }: DatasetReport): string => truth ?? 'MOS';

function notes({ entries }: DatasetReport, { bootstrap }: Report): Block[] {
  const items = [
    `In brackets: ${bootstrap.confidence * 100} % percentile bootstrap intervals, ${integer(bootstrap.draws)} draws. KRCC is tau-b; "mapped" is after a 4-parameter logistic fitted on the same images.`,
    ...new Set(
      entries.flatMap(({ units, SRCC }) =>
        units?.few && SRCC.low !== null
          ? [
              `Only ${units.count} independent ${units.kind} were resampled, so the intervals are narrower than they say.`,
            ]
          : units?.kind === 'groups'
            ? [`Whole groups were resampled, ${integer(units.count)} of them.`]
            : [],
      ),
    ),
    ...entries.flatMap((entry) =>
      entry.SRCC.problem === undefined ? [] : [`${columnName(entry)}: ${entry.SRCC.problem}.`],
    ),
  ];
  return items.length === 1
    ? [{ kind: 'text', text: items[0] as string }]
    : [{ kind: 'list', items }];
}

async function figure(report: DatasetReport, renderPlot: RenderPlot): Promise<Block[]> {
  const measured = bySrcc(report.entries).filter(({ SRCC }) => SRCC.estimate !== null);
  if (measured.length < 2) return [];
  const values = measured.map((entry) => ({ name: columnName(entry), ...entry.SRCC }));
  return [
    {
      kind: 'figure',
      svg: await renderPlot(intervalPlot(values, { title: 'SRCC' }), PAGE_THEME),
      label: `SRCC of each column: ${values.map(({ name, ...SRCC }) => `${name} ${estimateText(SRCC)}`).join('; ')}`,
      caption:
        'SRCC with its interval. Overlap does not tell whether two differ: see the comparisons.',
    },
  ];
}
