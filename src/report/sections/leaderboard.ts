import type { Block } from '../page/blocks.ts';
import { estimateText, integer, measureText, NONE } from '../page/format.ts';
import { intervalPlot } from '../plots/intervals.ts';
import type { RenderPlot } from '../plots/render-svg.ts';
import { PAGE_THEME } from '../plots/theme.ts';
import type { DatasetReport, Entry, Report } from '../report-schema.ts';
import { anchorNotes } from './anchors.ts';
import { directionNotes } from './direction.ts';
import { imagesOf, modelOf } from './entry-cells.ts';
import { fewSamplesNotes } from './few-samples.ts';
import { areUnrated, SCORES_HEAD, scoresCells } from './scores.ts';
import { columnName, perDataset, type Section } from './section.ts';

export const leaderboard: Section = {
  id: 'leaderboard',
  title: 'Leaderboard',
  blocks: async (content) => [
    ...averageBlocks(content.report),
    ...(await perDataset(content, async ({ report }) =>
      areUnrated(report.entries)
        ? [scoresTable(report)]
        : [
            ...notes(report, content.report),
            {
              kind: 'table',
              caption: `${report.name}: agreement of scores with ${truthOf(report)}, the closest first`,
              // SRCC comes right after the name, so that a narrow page shows it without scrolling.
              head: [
                'model, prompt',
                'SRCC',
                'KRCC',
                'PLCC raw',
                'PLCC mapped',
                'RMSE',
                'images',
                'probabilities',
              ],
              align: 'lrrrrrrl',
              rows: bySrcc(report.entries).map((entry) => [
                `${modelOf(entry)}, ${entry.prompt}`,
                estimateText(entry.SRCC),
                estimateText(entry.KRCC),
                estimateText(entry.PLCC),
                estimateText(entry.mapping.PLCC) + (entry.mapping.falls ? ` ${FALLS}` : ''),
                measureText(entry.mapping.RMSE),
                imagesOf(entry),
                probabilitiesOf(entry),
              ]),
            },
            ...(await figure(report, content.renderPlot)),
          ],
    )),
  ],
};

const scoresTable = ({ name, entries }: DatasetReport): Block => ({
  kind: 'table',
  caption: `${name}: scores, with no human ratings to compare`,
  head: SCORES_HEAD,
  align: 'llrrl',
  rows: entries.map(scoresCells),
});

/** The mark of a mapping whose curve falls. */
const FALLS = '↓';

/** Ranks can be averaged where correlations of different data sets cannot. */
function averageBlocks({ averageRanks, datasets, columns }: Report): Block[] {
  if (averageRanks.length === 0) return [];
  const leftOut = columns.flatMap((column, number) => {
    const isMeasured = datasets.some(({ entries }) =>
      entries.some((entry) => entry.column === number && entry.SRCC.estimate !== null),
    );
    const isRanked = averageRanks.some((ranked) => ranked.column === number);
    return isMeasured && !isRanked ? [columnName(column)] : [];
  });
  return [
    {
      kind: 'table',
      caption: `Average rank by SRCC over ${datasets.length} data sets, 1 the best`,
      head: ['model, prompt', 'average rank', ...datasets.map(({ name }) => name)],
      align: `lr${'r'.repeat(datasets.length)}`,
      rows: averageRanks.map(({ column, average, ranks }) => [
        columnName(columns[column]!),
        average.toFixed(2),
        ...datasets.map(({ name }) => `${ranks.find(({ dataset }) => dataset === name)?.rank}`),
      ]),
    },
    ...(leftOut.length > 0
      ? [
          {
            kind: 'text' as const,
            text: `Not ranked, because they have no SRCC on one of the data sets: ${leftOut.join('; ')}.`,
          },
        ]
      : []),
  ];
}

export const bySrcc = (entries: readonly Entry[]): Entry[] =>
  [...entries].sort(
    (a, b) =>
      (b.SRCC.estimate ?? Number.NEGATIVE_INFINITY) - (a.SRCC.estimate ?? Number.NEGATIVE_INFINITY),
  );

/** `samples (8)` */
export function probabilitiesOf({
  probabilities: { source, samples },
}: Pick<Entry, 'probabilities'>): string {
  if (source === null) return NONE;
  return samples.length > 0 ? `${source} (${samples.join(', ')})` : source;
}

/** What scores are held against, in a word or two. */
export const shortTruth = ({ truth }: DatasetReport): string =>
  truth === null ? 'MOS' : 'ground truth';

export const truthOf = ({ truth }: DatasetReport): string => truth ?? 'MOS';

function notes(dataset: DatasetReport, { bootstrap }: Report): Block[] {
  const { entries } = dataset;
  const items = [
    `In brackets: ${bootstrap.confidence * 100} % bootstrap intervals, ${integer(bootstrap.draws)} draws. KRCC is tau-b; "mapped" and RMSE are after a 4-parameter logistic fitted on the same images; the intervals take that curve as given.`,
    ...(entries.some(({ mapping }) => mapping.falls)
      ? [
          `${FALLS} The fitted curve falls: higher scores go with lower ratings, which a mapping hides. PLCC mapped is given a minus there.`,
        ]
      : []),
    ...new Set(
      entries.flatMap(({ units, SRCC }) =>
        units?.few && SRCC.low !== null
          ? [
              `Only ${units.count} independent ${units.kind} were resampled, too few for percentiles: the intervals are Student's over the bootstrap standard error.`,
            ]
          : units?.kind === 'groups'
            ? [`Whole groups were resampled, ${integer(units.count)} of them.`]
            : [],
      ),
    ),
    ...directionNotes(dataset).map(sentence),
    // They begin with a name, which keeps its letters.
    ...[...fewSamplesNotes(dataset), ...anchorNotes(dataset)].map((text) => `${text}.`),
    ...entries.flatMap((entry) =>
      entry.SRCC.problem === undefined ? [] : [`${columnName(entry)}: ${entry.SRCC.problem}.`],
    ),
  ];
  return items.length === 1 ? [{ kind: 'text', text: items[0]! }] : [{ kind: 'list', items }];
}

const sentence = (text: string): string => `${text[0]?.toUpperCase()}${text.slice(1)}.`;

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
