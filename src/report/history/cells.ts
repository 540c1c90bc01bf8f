import type { Cell } from '../page/blocks.ts';
import { differenceText, estimateText, NONE, pValueText } from '../page/format.ts';
import type { History, HistorySeries, HistoryStep, HistoryTrend } from './history-schema.ts';

type Metric = History['metrics'][number];

/** What a verdict says of a change, in words. */
export const VERDICTS = { gain: 'rose', loss: 'fell', undecided: 'no change shown' } as const;

/** Of the metric that a table is of. */
export const runsHead = (metric: Metric): string[] => [
  'run',
  metric,
  'change',
  'since',
  'p, corrected',
  'verdict',
  'images',
  'model, as it named itself',
];

/** A letter a cell: `l` for text, `r` for numbers. */
export const RUNS_ALIGN = 'lrrlrlrl';

/** The runs of a series, from the oldest to the newest: a row each, as `runsHead` names its cells. */
export function runsRows(
  series: HistorySeries,
  metric: Metric,
  { runs }: Pick<History, 'runs'>,
): Cell[][] {
  const nameOf = (run: number) => runs[run]?.name ?? '';
  return series.points.map((point): Cell[] => {
    const value = point.values.find((one) => one.metric === metric);
    const step = series.steps.find((one) => one.metric === metric && one.run === point.run);
    return [
      nameOf(point.run),
      value ? estimateText(value) : NONE,
      step ? differenceText(step) : NONE,
      step && step.against !== null ? nameOf(step.against) : NONE,
      pValueText(step?.holmPValue ?? null),
      point.problem === undefined ? verdictCell(step) : 'no correlation',
      imagesText(point),
      point.models.join(', ') || NONE,
    ];
  });
}

function imagesText({ images, missing, problem }: HistorySeries['points'][number]): string {
  if (problem !== undefined && images === 0) return NONE;
  return missing > 0 ? `${images} of ${images + missing}` : String(images);
}

function verdictCell(step: HistoryStep | undefined): Cell {
  if (!step) return NONE;
  if (step.verdict === 'loss') return { text: VERDICTS.loss, tone: 'bad' };
  if (step.verdict === 'gain') return { text: VERDICTS.gain, tone: 'good' };
  if (step.verdict === 'undecided') return VERDICTS.undecided;
  if (step.notComparable.length > 0 && step.against === null) return 'not comparable';
  return step.against === null ? 'first' : 'not tested';
}

/** `SRCC over 4 runs, 2026-11-02 to 2026-11-23: +0.04 [+0.01, +0.07], p 0.01 corrected: it rose` */
export function trendText(trend: HistoryTrend, { runs }: Pick<History, 'runs'>): string {
  const nameOf = (run: number | undefined) => (run === undefined ? '' : (runs[run]?.name ?? ''));
  if (trend.verdict === null) {
    return `${trend.metric} is not tested${trend.problem === undefined ? '' : `: ${trend.problem}`}`;
  }
  const span = `${trend.metric} over ${trend.runs.length} runs, ${nameOf(trend.runs[0])} to ${nameOf(trend.runs.at(-1))}`;
  const leftOut =
    trend.notComparable.length > 0 ? `, ${trend.notComparable.length} not comparable left out` : '';
  const verdict =
    trend.verdict === 'undecided' ? 'no trend shown' : `it ${VERDICTS[trend.verdict]}`;
  return `${span}${leftOut}: ${differenceText(trend)} along a fitted line, p ${pValueText(trend.holmPValue)} corrected: ${verdict}`;
}

/** What has to be known of runs of a series and of a metric of theirs: a line for each sentence, with its runs. */
export function runNotes(
  series: HistorySeries,
  metric: Metric,
  { runs }: Pick<History, 'runs'>,
): string[] {
  const nameOf = (run: number) => runs[run]?.name ?? '';
  const problems = series.points.flatMap(({ run, problem, values, notice, models }): RunNote[] => [
    ...(notice === null || models.includes(notice) ? [] : [{ run, text: notice }]),
    ...(problem === undefined ? [] : [{ run, text: problem }]),
    ...values.flatMap((value) =>
      value.problem === undefined || value.metric !== metric
        ? []
        : [{ run, text: `${metric}: ${value.problem}` }],
    ),
  ]);
  const own = series.steps.filter((step) => step.metric === metric);
  const ofSteps = own.flatMap(({ run, notComparable, remarks, against, problem }): RunNote[] => [
    ...notComparable.slice(0, 1).map((other) => ({
      run,
      text: `not comparable with ${nameOf(other.run)}${notComparable.length > 1 ? ` and ${notComparable.length - 1} before it` : ''}: ${other.differences.join('; ')}`,
    })),
    ...remarks.map((text) => ({ run, text })),
    ...(against !== null && problem !== undefined
      ? [{ run, text: `${metric} was not tested: ${problem}` }]
      : []),
  ]);
  const byText = Map.groupBy([...problems, ...ofSteps], ({ text }) => text);
  return [...byText].map(([text, notes]) => {
    const names = [...new Set(notes.map(({ run }) => nameOf(run)))];
    const [first, ...others] = names;
    return `${others.length > 1 ? `${names.length} runs from ${first} to ${others.at(-1)}` : names.join(', ')}: ${text}`;
  });
}

/** What has to be known of one run. */
interface RunNote {
  run: number;
  text: string;
}

/** Files that were not read, or are not dated by what they say. */
export function fileNotes({ runs, leftOut }: Pick<History, 'runs' | 'leftOut'>): string[] {
  return [
    ...runs.flatMap(({ name, file, dateFrom }) =>
      dateFrom === 'file'
        ? [
            `${file}: it does not say when the run was, as JSON Lines never do; ${name} is the date of the file`,
          ]
        : [],
    ),
    ...runs.flatMap(({ file, alsoIn }) =>
      alsoIn.map((other) => `${other}: left out: the same evaluation as ${file}`),
    ),
    ...leftOut.map(({ file, reason }) => `${file}: left out: ${reason}`),
  ];
}
