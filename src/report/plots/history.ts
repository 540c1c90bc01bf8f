import type { TopLevelSpec } from 'vega-lite';
import { shortened } from '../page/format.ts';

/** Colours of the page's style sheet, in light and in dark. */
const COLOURS = Array.from({ length: 6 }, (_, index) => `var(--series-${index + 1})`);
const SHAPES = ['circle', 'square', 'triangle-up', 'diamond', 'cross', 'triangle-down'];
const DASHES = [
  [1, 0],
  [6, 3],
  [2, 2],
  [8, 3, 2, 3],
  [4, 2],
  [1, 3],
];

/** Columns that one plot can tell apart. */
export const MOST_LINES = COLOURS.length;

const HEIGHT = 300;
const NAME_LENGTH = 48;
/** Width of the plot in pixels, and the least of a run. */
const WIDTH = 760;
const NARROWEST = 26;
const WIDEST = 130;
/** Columns of a run stand side by side: this far apart, or over this share of its width. */
const APART = 0.12;
const SPREAD = 0.6;
/** From this many runs on their names stand aslant. */
const MANY = 8;

/** A column over one data set: a line. */
export interface HistoryLine {
  name: string;
  points: {
    /** Name of the run. */
    run: string;
    estimate: number;
    low: number | null;
    high: number | null;
    /** Name of the run that it is compared with: a line leads there. */
    against: string | null;
    /** Whether another model answered than in the run before: then it has a ring. */
    isOtherModel: boolean;
  }[];
}

/** A metric with its intervals from run to run, at most `MOST_LINES` columns; a line leads from each run to the one that it is compared with. */
export function historyPlot(
  lines: readonly HistoryLine[],
  { runs, title }: { runs: readonly string[]; title: string },
): TopLevelSpec {
  const names = lines.map(({ name }, index) => `${index + 1}  ${shortened(name, NAME_LENGTH)}`);
  const placeOf = (run: string, line: number) =>
    runs.indexOf(run) + (line - (lines.length - 1) / 2) * Math.min(APART, SPREAD / lines.length);
  const marked = lines.flatMap(({ points }, line) =>
    points.map(({ run, against, isOtherModel, estimate, low, high }) => {
      const before = points.find((point) => point.run === against);
      return {
        place: placeOf(run, line),
        column: names[line],
        isOtherModel,
        estimate,
        low: low ?? estimate,
        high: high ?? estimate,
        ...(before && { before: before.estimate, placeBefore: placeOf(before.run, line) }),
      };
    }),
  );
  const scale = <Range>(range: readonly Range[]) => ({
    domain: names,
    range: range.slice(0, names.length) as Range[],
  });
  const legend =
    names.length > 1
      ? { orient: 'top' as const, direction: 'vertical' as const, title: null, labelLimit: 0 }
      : null;
  // A date and a time stand under each other.
  const labels = runs.map((run) => run.split(' '));
  const places = [...runs.keys()];
  const domain = [-0.5, runs.length - 0.5];
  const x = {
    field: 'place',
    type: 'quantitative',
    scale: { domain, nice: false, zero: false },
    title: 'run, by date (UTC)',
    axis: {
      grid: false,
      values: places,
      labelExpr: `${JSON.stringify(labels)}[datum.value]`,
      labelAngle: runs.length > MANY ? -45 : 0,
      labelOverlap: true,
    },
  } as const;
  const y = { type: 'quantitative', title, scale: { zero: false, nice: true } } as const;
  const color = { field: 'column', type: 'nominal', scale: scale(COLOURS), legend } as const;
  const shared = { x, color };
  return {
    width: runs.length * Math.min(WIDEST, Math.max(NARROWEST, WIDTH / runs.length)),
    height: HEIGHT,
    data: { values: marked },
    layer: [
      {
        transform: [{ filter: 'isValid(datum.before)' }],
        mark: { type: 'rule', strokeWidth: 1.5 },
        encoding: {
          ...shared,
          x2: { field: 'placeBefore' },
          y: { ...y, field: 'estimate' },
          y2: { field: 'before' },
          strokeDash: { field: 'column', type: 'nominal', scale: scale(DASHES), legend },
        },
      },
      {
        mark: { type: 'rule', strokeWidth: 2 },
        encoding: { ...shared, y: { ...y, field: 'low' }, y2: { field: 'high' } },
      },
      {
        mark: { type: 'point', size: 80, opacity: 1, filled: true },
        encoding: {
          ...shared,
          y: { ...y, field: 'estimate' },
          shape: { field: 'column', type: 'nominal', scale: scale(SHAPES), legend },
        },
      },
      {
        transform: [{ filter: 'datum.isOtherModel' }],
        mark: { type: 'point', shape: 'circle', size: 320, filled: false, strokeWidth: 1.5 },
        encoding: { ...shared, y: { ...y, field: 'estimate' } },
      },
    ],
  };
}
