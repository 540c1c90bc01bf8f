import { plainTable } from '../common/plain-table.ts';
import { differenceText, estimateText, fixed, NONE, pValueText, shortened } from './page/format.ts';
import { generatedText } from './printed-generators.ts';
import { preferencesText } from './printed-preferences.ts';
import type { DatasetReport, Entry, PriorReport, Report } from './report-schema.ts';
import { anchorNotes } from './sections/anchors.ts';
import { sides } from './sections/debiasing.ts';
import { directionNotes } from './sections/direction.ts';
import { imagesOf, modelOf } from './sections/entry-cells.ts';
import { fewSamplesNotes } from './sections/few-samples.ts';
import { bySrcc, probabilitiesOf } from './sections/leaderboard.ts';
import { positionBiasNotes } from './sections/position-bias.ts';
import { areUnrated, SCORES_HEAD, scoresCells } from './sections/scores.ts';
import { columnName } from './sections/section.ts';

const MODEL_LENGTH = 40;

/** What is printed after a run: the leaderboard, what debiasing gains, how generators compare, and what went wrong. */
export function leaderboard(report: Report): string {
  const { datasets, priors, preferences, generated } = report;
  const parts = [
    ...datasets.map(datasetText),
    ...averageText(report),
    ...preferences.map(preferencesText),
    ...generated.map(generatedText),
    ...priors.map(priorsText),
  ];
  return parts.length === 0 ? '' : `\n${parts.join('\n')}\n`;
}

function averageText({ averageRanks, columns, datasets }: Report): string[] {
  if (averageRanks.length === 0) return [];
  const table = plainTable(
    ['model', 'prompt', 'average rank', ...datasets.map(({ name }) => name)],
    averageRanks.map(({ column, average, ranks }) => {
      const { provider, prompt } = columns[column]!;
      const own = datasets.map(({ name }) => ranks.find(({ dataset }) => dataset === name)?.rank);
      return [shortened(provider, MODEL_LENGTH), prompt, average.toFixed(2), ...own.map(String)];
    }),
    ['left', 'left', 'right', ...datasets.map(() => 'right' as const)],
  );
  return [`Rank by SRCC, 1 the best\n${table}\n`];
}

/** Degradations that a terminal shows; the report has all. */
const PRIORS_SHOWN = 10;

function priorsText(prior: PriorReport): string {
  const table = plainTable(
    ['degradation', 'severity', 'P(good)', 'SD', 'P(same)', 'suitability'],
    prior.ranking
      .slice(0, PRIORS_SHOWN)
      .map(({ degradation, severity, meanGood, sdGood, meanSame, suitability }) => [
        degradation,
        severity,
        ...[meanGood, sdGood, meanSame, suitability].map((value) =>
          value === null ? NONE : fixed(value, 3),
        ),
      ]),
    ['left', 'right', 'right', 'right', 'right', 'right'],
  );
  return [
    `${columnName(prior)}: the best of ${prior.ranking.length} degraded copies as priors, over ${imagesOf(prior)} images`,
    table,
    ...prior.notes.map((line) => `  ${line}`),
    '',
  ].join('\n');
}

/** A data set without human scores: what the columns make of its images. */
function scoresText({ name, entries }: DatasetReport): string {
  const lowest = SCORES_HEAD.length - 1;
  // Names of images are long, and a table that is wider than the terminal cannot be read.
  const table = plainTable(
    SCORES_HEAD.slice(0, lowest),
    entries.map((entry) => scoresCells(entry).slice(0, lowest)),
    ['left', 'left', 'right', 'right'],
  );
  const lines = entries.flatMap((entry) => [
    ...(entry.scores ? [`${columnName(entry)}: lowest scores: ${scoresCells(entry)[lowest]}`] : []),
    ...failedOf(entry),
  ]);
  return [
    `${name}: scores, with no human ratings to compare`,
    table,
    ...lines.map((line) => `  ${line}`),
    '',
  ].join('\n');
}

function datasetText(report: DatasetReport): string {
  if (areUnrated(report.entries)) return scoresText(report);
  const table = plainTable(
    ['model', 'prompt', 'images', 'SRCC', 'KRCC', 'PLCC raw', 'probabilities'],
    bySrcc(report.entries).map((entry) => [
      shortened(modelOf(entry), MODEL_LENGTH),
      entry.prompt,
      imagesOf(entry),
      estimateText(entry.SRCC),
      estimateText(entry.KRCC),
      estimateText(entry.PLCC),
      probabilitiesOf(entry),
    ]),
    ['left', 'left', 'right', 'left', 'left', 'left', 'left'],
  );
  const fewest = report.entries.filter(({ units }) => units?.few);
  const few = fewest.find(({ SRCC }) => SRCC.low !== null) ?? fewest[0];
  const isScored = report.entries.some(({ images }) => images.scored > 0);
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
    ...anchorNotes(report),
    ...positionBiasNotes(report),
    ...report.entries.flatMap((entry) => problemsOf(entry)),
    ...(few ? [fewText(few)] : []),
  ];
  return [
    `${report.name}: ${isScored ? `agreement with ${report.truth ?? 'MOS'}` : 'no image has a score'}`,
    table,
    ...lines.map((line) => `  ${line}`),
    '',
  ].join('\n');
}

/** That figures over so few images are to be read with care. */
function fewText({ units, SRCC }: Entry): string {
  const kind = units?.count === 1 ? units.kind.replace(/s$/, '') : units?.kind;
  const few = `only ${units?.count} independent ${kind}`;
  if (SRCC.low !== null) return `${few}, so intervals are Student's`;
  return `${few}, too few for intervals: what these figures say may be chance`;
}

function problemsOf(entry: DatasetReport['entries'][number]): string[] {
  const { SRCC } = entry;
  return [
    ...(SRCC.estimate === null && SRCC.problem ? [`${columnName(entry)}: ${SRCC.problem}`] : []),
    ...failedOf(entry),
  ];
}

function failedOf(entry: Entry): string[] {
  const [failed] = entry.images.failed;
  return failed ? [`${columnName(entry)}: first of them: ${failed.image}: ${failed.reason}`] : [];
}
