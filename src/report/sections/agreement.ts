import { significant } from '../../common/significant.ts';
import type { Block } from '../page/blocks.ts';
import {
  differenceText,
  estimateText,
  fixed,
  integer,
  measureText,
  NONE,
  pValueText,
} from '../page/format.ts';
import { calibrationPlot } from '../plots/calibration.ts';
import type { RenderPlot } from '../plots/render-svg.ts';
import { PAGE_THEME } from '../plots/theme.ts';
import type { ColumnsAgreement, DatasetReport, Entry, Estimate } from '../report-schema.ts';
import type { DatasetVerdict } from '../verdict/dataset-verdict.ts';
import { bySrcc, shortTruth, truthOf } from './leaderboard.ts';
import { columnName, perDataset, type Section } from './section.ts';

const SIZE = { width: 320, height: 240 };

/** Of more columns a list of all pairs is no overview. */
const MOST_LISTED = 8;

export const agreement: Section = {
  id: 'agreement',
  title: 'Agreement',
  blocks: (content) =>
    perDataset(content, async (dataset) => {
      const { report } = dataset;
      const measured = bySrcc(report.entries).filter(
        ({ agreement }) => agreement.pairs.estimate !== null,
      );
      if (measured.length === 0) return [];
      return [
        { kind: 'list', items: explanations(dataset, measured) },
        withPeople(report, measured),
        ...betweenColumns(report),
        ...differences(report),
        ...(await plots(report, measured, content.renderPlot)),
      ];
    }),
};

/** What the figures are, and what is known of the raters. */
function explanations({ report, figures }: DatasetVerdict, measured: readonly Entry[]): string[] {
  const truth = shortTruth(report);
  return [
    ...new Set(measured.map((entry) => bandText(entry, report))),
    ...ceilingTexts(report, measured),
    ...spreadTexts(figures),
    scaleText(report, truth),
    `Alpha (Krippendorff's, for intervals) and ICC compare ${truth} with the scores after the logistic mapping, whose curve was fitted to these images and is held in the intervals. ICC(2,1) asks for the same values, ICC(3,1) lets a constant lie between them. 1 is agreement, 0 chance.`,
    `Calibration error is how far the mean ${truth} of images of similar scores lies from what these scores claim, on average, in units of ${truth}; chance alone makes it larger than 0. "${truth} within" says that ${predictionText(measured)} of images lie no farther than that from their mapped score, which is their expected ${truth} in images.csv.`,
    ...missingTexts(measured),
  ];
}

/** Its full name stands in the caption. */

function bandText({ agreement: { pairs } }: Entry, report: DatasetReport): string {
  const truth = shortTruth(report);
  const why =
    report.truth === null
      ? 'the spread of the ratings is not known'
      : 'these scores are no opinions of people';
  const share = pairs.told !== null && pairs.all !== null ? pairs.told / pairs.all : 0;
  return pairs.band
    ? `Pairs is the share of image pairs that the scores put in people's order, of the ${percent(share)} of pairs that people tell apart: their ${truth} differ by more than 1.96 standard errors of the difference, as the spread of the ratings gives them. Pairs of equal scores count half.`
    : `Pairs is the share of image pairs that the scores put in the order of their ${truth}, of all pairs in which it differs by however little: there is no band of ties, because ${why}. Pairs of equal scores count half.`;
}

function ceilingTexts({ truth }: DatasetReport, measured: readonly Entry[]): string[] {
  const known = measured.flatMap((entry) => {
    const { ceiling } = entry.agreement;
    return ceiling.SRCC === null || ceiling.reliability === null
      ? []
      : [
          `The raters' spread leaves a perfect judge an SRCC of about ${fixed(ceiling.SRCC, 3)}: ${percent(ceiling.reliability)} of the variance of MOS is no error of the raters. ${bestText(entry)}`,
        ];
  });
  // Columns over the same images have the same ceiling, and the first is the best.
  if (known.length > 0) return known.slice(0, 1);
  // Said where pairs are explained.
  if (truth !== null) return [];
  return [
    ...new Set(
      measured.flatMap(({ agreement: { ceiling } }) =>
        ceiling.problem === undefined
          ? []
          : [`The ceiling that people set is not known: ${ceiling.problem}.`],
      ),
    ),
  ];
}

/** `The best here, m, qdebias, reaches 0.86 of what is attainable.` */
const bestText = ({ agreement, ...entry }: Entry): string =>
  agreement.ceiling.share.estimate === null
    ? ''
    : `The best here, ${columnName(entry)}, reaches ${fixed(agreement.ceiling.share.estimate, 2)} of what is attainable.`;

/** Where the spread is known of some images only, nothing rests on it. */
function spreadTexts(figures: DatasetVerdict['figures']): string[] {
  return [
    ...new Set(
      figures.flatMap(({ sample: { errors, knownErrors, images } }) =>
        errors === undefined && knownErrors > 0
          ? [
              `The spread of the ratings is known of ${integer(knownErrors)} of ${integer(images.length)} images only, so it is not used.`,
            ]
          : [],
      ),
    ),
  ];
}

function scaleText({ scale }: DatasetReport, truth: string): string {
  const ends = scale
    ? `of its scale, ${scale[0]} and ${scale[1]}`
    : 'found here, because the data set does not say its scale';
  return `A score of 0 claims the worst ${truth} and 1 the best ${ends}. Kappa, with quadratic weights, cuts both into the levels of the prompt, each image at the nearest; a prompt that asks for a number has no levels.`;
}

/** Why a cell is empty, each reason once. */
function missingTexts(measured: readonly Entry[]): string[] {
  const reasons = measured.flatMap((entry) => {
    const { kappa, alpha, calibration, prediction } = entry.agreement;
    const missing = [
      ['kappa', kappa.levels === null ? undefined : kappa.problem],
      ['alpha and ICC', alpha.problem],
      ['calibration', calibration.problem],
      ['reach of MOS', prediction.problem],
    ];
    return missing.flatMap(([what, problem]) =>
      problem === undefined
        ? []
        : [{ text: `No ${what}, or no interval: ${problem}`, name: columnName(entry) }],
    );
  });
  return [...Map.groupBy(reasons, ({ text }) => text)].map(
    ([text, own]) => `${text} (${own.map(({ name }) => name).join('; ')}).`,
  );
}

const percent = (share: number): string => `${fixed(share * 100, share > 0.99 ? 1 : 0)} %`;

function predictionText(measured: readonly Entry[]): string {
  const [confidence] = measured.flatMap(({ agreement }) => agreement.prediction.confidence ?? []);
  return confidence === undefined ? 'a share' : percent(confidence);
}

function withPeople(report: DatasetReport, measured: readonly Entry[]): Block {
  return {
    kind: 'table',
    caption: `${report.name}: agreement with ${truthOf(report)}, by SRCC`,
    head: [
      'model, prompt',
      'pairs',
      'kappa',
      'alpha',
      'ICC(2,1)',
      'ICC(3,1)',
      'of attainable SRCC',
      'calibration error',
      `${shortTruth(report)} within ±`,
    ],
    align: 'lrrrrrrrr',
    rows: measured.map(({ agreement, ...entry }) => [
      columnName(entry),
      estimateText(agreement.pairs),
      kappaText(agreement.kappa),
      estimateText(agreement.alpha),
      estimateText(agreement.iccAbsolute),
      estimateText(agreement.iccConsistency),
      estimateText(agreement.ceiling.share, 2),
      measureText(agreement.calibration.error),
      agreement.prediction.reach === null ? NONE : significant(agreement.prediction.reach, 3),
    ]),
  };
}

const kappaText = ({ levels, ...kappa }: Estimate & { levels: number | null }): string =>
  levels === null ? NONE : `${estimateText(kappa)} (${levels} levels)`;

function betweenColumns({ betweenColumns, entries, name }: DatasetReport): Block[] {
  if (betweenColumns.length === 0) return [];
  const nameOf = ({ columns }: ColumnsAgreement): string => {
    const own = entries.filter(({ column }) => columns.includes(column));
    return own.length > 2 ? `all ${own.length} together` : own.map(columnName).join(' and ');
  };
  return [
    {
      kind: 'table',
      caption: `${name}: agreement of columns with each other, as they score`,
      head: ['columns', 'images', 'alpha', 'ICC(2,1)', 'ICC(3,1)'],
      align: 'lrrrr',
      rows: betweenColumns.map((group) => [
        nameOf(group),
        integer(group.images),
        estimateText(group.alpha),
        estimateText(group.iccAbsolute),
        estimateText(group.iccConsistency),
      ]),
    },
  ];
}

function differences({ comparisons, entries, name }: DatasetReport): Block[] {
  const compared = comparisons.filter(
    ({ PAIRS, KAPPA }) => PAIRS.estimate !== null || KAPPA.estimate !== null,
  );
  if (compared.length === 0 || entries.length > MOST_LISTED) return [];
  const nameOf = (column: number) => columnName(entries.find((one) => one.column === column)!);
  return [
    {
      kind: 'table',
      caption: `${name}: the first minus the second, in pairs over the same draws; p is not corrected`,
      head: ['first', 'second', 'pairs', 'p', 'kappa', 'p'],
      align: 'llrrrr',
      rows: compared.map(({ a, b, PAIRS, KAPPA }) => [
        nameOf(a),
        nameOf(b),
        differenceText(PAIRS),
        pValueText(PAIRS.pValue),
        differenceText(KAPPA),
        pValueText(KAPPA.pValue),
      ]),
    },
  ];
}

async function plots(
  report: DatasetReport,
  measured: readonly Entry[],
  renderPlot: RenderPlot,
): Promise<Block[]> {
  const truth = shortTruth(report);
  const shown = measured.flatMap((entry) => {
    const { bins, error, scale } = entry.agreement.calibration;
    return scale ? [{ entry, bins, error, scale }] : [];
  });
  return Promise.all(
    shown.map(async ({ entry, bins, error, scale }): Promise<Block> => {
      const plot = calibrationPlot({ bins, scale, truth, ...SIZE });
      const name = columnName(entry);
      return {
        kind: 'figure',
        svg: await renderPlot(plot, PAGE_THEME),
        label: `${name}: mean ${truth} of ${bins.length} bins of scores: ${bins.map(({ score, mos }) => `score ${fixed(score, 2)}, ${truth} ${measureText(mos)}`).join('; ')}`,
        caption: `${name}: mean ${truth} of images of similar scores, with 95 % intervals; the dashed line is what scores claim. Calibration error ${measureText(error)}.`,
      };
    }),
  );
}
