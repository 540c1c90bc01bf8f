import type { TopLevelSpec } from 'vega-lite';
import type { Estimate } from '../report-schema.ts';

/** What a column agrees, and what an image cost it. */
export interface PricedColumn {
  name: string;
  SRCC: Estimate;
  /** US dollars an image. */
  usdAnImage: number;
}

const SIZE = { width: 560, height: 300 };

/** From this ratio of the dearest to the cheapest column on, costs stand on a logarithmic scale. */
const WIDE = 10;

/** SRCC with its interval against what an image cost. Columns are numbered in the order given, from 1. */
export function costPlot(columns: readonly PricedColumn[]): TopLevelSpec {
  const costs = columns.map(({ usdAnImage }) => usdAnImage);
  const isLogarithmic = Math.min(...costs) > 0 && Math.max(...costs) / Math.min(...costs) > WIDE;
  const x = {
    field: 'usd',
    type: 'quantitative',
    title: 'US dollars an image',
    scale: isLogarithmic ? { type: 'log' as const, nice: true } : { nice: true },
    axis: { format: '~g', tickCount: 4 },
  } as const;
  const y = { type: 'quantitative', title: 'SRCC', scale: { zero: false, nice: true } } as const;
  return {
    ...SIZE,
    data: {
      values: columns.map(({ SRCC: { estimate, low, high }, usdAnImage }, index) => ({
        number: String(index + 1),
        estimate,
        low: low ?? estimate,
        high: high ?? estimate,
        usd: usdAnImage,
      })),
    },
    layer: [
      {
        mark: { type: 'rule', strokeWidth: 2 },
        encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' } },
      },
      {
        mark: { type: 'point', size: 80, opacity: 1 },
        encoding: { x, y: { ...y, field: 'estimate' } },
      },
      {
        mark: { type: 'text', align: 'left', dx: 8, baseline: 'middle' },
        encoding: { x, y: { ...y, field: 'estimate' }, text: { field: 'number' } },
      },
    ],
  };
}
