import Table from 'cli-table3';
import { differenceText, estimateText, fixed, NONE, pValueText, shortened } from './page/format.ts';
import type { DatasetReport, PriorReport, Report } from './report-schema.ts';
import { sides } from './sections/debiasing.ts';
import { directionNotes } from './sections/direction.ts';
import { fewSamplesNotes } from './sections/few-samples.ts';
import { bySrcc, imagesOf, modelOf, probabilitiesOf } from './sections/leaderboard.ts';
import { columnName } from './sections/section.ts';

const MODEL_LENGTH = 40;
const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  right: '',
  mid: '',
  'left-mid': '',
  'mid-mid': '',
  'right-mid': '',
  middle: ' ',
};

/** What is printed after a run: the leaderboard, what debiasing gains, and what went wrong. */
export function leaderboard(report: Report): string {
  const { datasets, priors } = report;
  const parts = [...datasets.map(datasetText), ...averageText(report), ...priors.map(priorsText)];
  return parts.length === 0 ? '' : `\n${parts.join('\n')}\n`;
}

function averageText({ averageRanks, columns, datasets }: Report): string[] {
  if (averageRanks.length === 0) return [];
  const table = new Table({
    head: ['model', 'prompt', 'average rank', ...datasets.map(({ name }) => name)],
    colAligns: ['left', 'left', 'right', ...datasets.map(() => 'right' as const)],
    style: { head: [], border: [] },
    chars: NO_LINES,
  });
  for (const { column, average, ranks } of averageRanks) {
    const { provider, prompt } = columns[column] as Report['columns'][number];
    const own = datasets.map(({ name }) => ranks.find(({ dataset }) => dataset === name)?.rank);
    table.push([shortened(provider, MODEL_LENGTH), prompt, average.toFixed(2), ...own.map(String)]);
  }
  return [`Rank by SRCC, 1 the best\n${table.toString()}\n`];
}

/** Degradations that a terminal shows; the report has all. */
const PRIORS_SHOWN = 10;

function priorsText(prior: PriorReport): string {
  const table = new Table({
    head: ['degradation', 'severity', 'P(good)', 'SD', 'P(same)', 'suitability'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
    chars: NO_LINES,
  });
  const shown = prior.ranking.slice(0, PRIORS_SHOWN);
  for (const { degradation, severity, meanGood, sdGood, meanSame, suitability } of shown) {
    const numbers = [meanGood, sdGood, meanSame, suitability];
    table.push([
      degradation,
      severity,
      ...numbers.map((value) => (value === null ? NONE : fixed(value, 3))),
    ]);
  }
  return [
    `${columnName(prior)}: the best of ${prior.ranking.length} degraded copies as priors, over ${imagesOf(prior)} images`,
    table.toString(),
    ...prior.notes.map((line) => `  ${line}`),
    '',
  ].join('\n');
}

function datasetText(report: DatasetReport): string {
  const table = new Table({
    head: ['model', 'prompt', 'images', 'SRCC', 'KRCC', 'PLCC raw', 'probabilities'],
    colAligns: ['left', 'left', 'right', 'left', 'left', 'left', 'left'],
    style: { head: [], border: [] },
    chars: NO_LINES,
  });
  for (const entry of bySrcc(report.entries)) {
    table.push([
      shortened(modelOf(entry), MODEL_LENGTH),
      entry.prompt,
      imagesOf(entry),
      estimateText(entry.SRCC),
      estimateText(entry.KRCC),
      estimateText(entry.PLCC),
      probabilitiesOf(entry),
    ]);
  }
  const few = report.entries.find(({ units, SRCC }) => units?.few && SRCC.low !== null)?.units;
  const tested = report.comparisons.filter(({ pValue }) => pValue !== null).length;
  const lines = [
    ...report.debiasing.flatMap((pair) => {
      if (pair.verdict === null) return [];
      const [a, b] = sides(report, pair);
      const p = `p ${pValueText(pair.holmPValue)}${tested > 1 ? ` corrected for ${tested} pairs` : ''}`;
      return [
        `${a.provider}: ${a.prompt} minus ${b.prompt} ${differenceText(pair.SRCC)}, ${p}: ${pair.verdict}`,
      ];
    }),
    ...directionNotes(report),
    ...fewSamplesNotes(report),
    ...report.entries.flatMap((entry) => problemsOf(entry)),
    ...(few ? [`only ${few.count} independent ${few.kind}, so intervals are Student's`] : []),
  ];
  return [
    `${report.name}: agreement with ${report.truth ?? 'MOS'}`,
    table.toString(),
    ...lines.map((line) => `  ${line}`),
    '',
  ].join('\n');
}

function problemsOf(entry: DatasetReport['entries'][number]): string[] {
  const { SRCC, images } = entry;
  const [failed] = images.failed;
  return [
    ...(SRCC.estimate === null && SRCC.problem ? [`${columnName(entry)}: ${SRCC.problem}`] : []),
    ...(failed ? [`${columnName(entry)}: first of them: ${failed.image}: ${failed.reason}`] : []),
  ];
}
