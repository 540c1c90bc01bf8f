import type { TopLevelSpec } from 'vega-lite';

export interface Scatter {
  /** In the order of `mos`. */
  scores: ArrayLike<number>;
  mos: ArrayLike<number>;
  /** The fitted curve from score to MOS; null for none. */
  curve: ((score: number) => number) | null;
  /** Points that get a number, from 1. */
  numbered: readonly { score: number; mos: number }[];
  /** What the vertical axis shows. */
  truth: string;
  /** Inside the axes, in pixels. */
  width: number;
  height: number;
}

/** Above this many, points would cover each other and fill the page: their density is drawn. */
const MAX_POINTS = 1000;
const BINS = { x: 48, y: 36 };
const CURVE_STEPS = 80;

/** Score against MOS as a Vega-Lite plot: points, or their density; the fitted curve; numbers. */
export function scatterPlot(scatter: Scatter): TopLevelSpec {
  const { scores, mos, curve, numbered, truth, width, height } = scatter;
  const x = extent(scores);
  const y = extent(mos);
  const xScale = {
    field: 'score',
    type: 'quantitative',
    title: 'score',
    scale: { domain: x },
  } as const;
  const yScale = {
    field: 'mos',
    type: 'quantitative',
    title: truth,
    scale: { domain: y },
  } as const;
  const encoding = {
    x: { ...xScale, axis: { tickCount: 5 } },
    y: { ...yScale, axis: { tickCount: 5 } },
  };
  return {
    width,
    height,
    layer: [
      scores.length > MAX_POINTS
        ? densityLayer(scatter, x, y)
        : {
            data: { values: Array.from(scores, (score, i) => ({ score, mos: mos[i]! })) },
            mark: { type: 'point', size: 28, opacity: 0.55, clip: true },
            encoding,
          },
      {
        data: { values: curve ? curvePoints(curve, x) : [] },
        mark: { type: 'line', clip: true },
        encoding,
      },
      {
        data: { values: numbered.map((point, index) => ({ ...point, number: `${index + 1}` })) },
        layer: [
          { mark: { type: 'point', size: 90, filled: false, strokeWidth: 1.5 }, encoding },
          {
            mark: { type: 'text', dx: 11, dy: -7, fontWeight: 'bold' },
            encoding: { ...encoding, text: { field: 'number' } },
          },
        ],
      },
    ],
  };
}

/** Smallest and largest value with a little room, so that no point lies on the frame. */
function extent(values: ArrayLike<number>): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i]!);
    high = Math.max(high, values[i]!);
  }
  const room = (high - low || 1) * 0.04;
  return [low - room, high + room];
}

function curvePoints(curve: (score: number) => number, [low, high]: [number, number]) {
  return Array.from({ length: CURVE_STEPS + 1 }, (_, step) => {
    const score = low + ((high - low) * step) / CURVE_STEPS;
    return { score, mos: curve(score) };
  });
}

function densityLayer({ scores, mos }: Scatter, x: [number, number], y: [number, number]) {
  const counts = new Map<number, number>();
  const place = (value: number, [low, high]: [number, number], bins: number) =>
    Math.min(bins - 1, Math.floor(((value - low) / (high - low)) * bins));
  for (let i = 0; i < scores.length; i++) {
    const bin = place(scores[i]!, x, BINS.x) * BINS.y + place(mos[i]!, y, BINS.y);
    counts.set(bin, (counts.get(bin) ?? 0) + 1);
  }
  const at = ([low, high]: [number, number], place: number, bins: number) =>
    low + ((high - low) * place) / bins;
  const values = [...counts].map(([bin, images]) => {
    const column = Math.floor(bin / BINS.y);
    const row = bin % BINS.y;
    return {
      images,
      score: at(x, column, BINS.x),
      scoreEnd: at(x, column + 1, BINS.x),
      mos: at(y, row, BINS.y),
      mosEnd: at(y, row + 1, BINS.y),
    };
  });
  return {
    data: { values },
    mark: { type: 'rect' as const },
    encoding: {
      x: {
        field: 'score',
        type: 'quantitative' as const,
        scale: { domain: x },
        title: 'score',
        axis: { tickCount: 5 },
      },
      x2: { field: 'scoreEnd' },
      y: {
        field: 'mos',
        type: 'quantitative' as const,
        scale: { domain: y },
        axis: { tickCount: 5 },
      },
      y2: { field: 'mosEnd' },
      opacity: {
        field: 'images',
        type: 'quantitative' as const,
        scale: { type: 'sqrt' as const, range: [0.12, 1] },
        legend: null,
      },
    },
  };
}
