import type { TopLevelSpec } from 'vega-lite';
import { shortened } from '../page/format.ts';
import type { Estimate } from '../report-schema.ts';

const ROW_HEIGHT = 28;
const WIDTH = 460;
const NAME_LENGTH = 44;

/** Estimates with their intervals, one under the other. */
export function intervalPlot(
  values: readonly ({ name: string } & Estimate)[],
  { title, zero = false }: { title: string; zero?: boolean },
): TopLevelSpec {
  const rows = values.map(({ name, estimate, low, high }) => ({
    name: shortened(name, NAME_LENGTH),
    estimate,
    low: low ?? estimate,
    high: high ?? estimate,
  }));
  const y = {
    field: 'name',
    type: 'nominal',
    sort: null,
    title: null,
    axis: { grid: false, ticks: false, domain: false, labelLimit: 0 },
  } as const;
  const x = { type: 'quantitative', title, scale: { zero: false, nice: true } } as const;
  return {
    width: WIDTH,
    height: { step: ROW_HEIGHT },
    data: { values: rows },
    layer: [
      ...(zero
        ? [
            {
              data: { values: [{ at: 0 }] },
              mark: { type: 'rule' as const, strokeDash: [4, 3] },
              encoding: { x: { field: 'at', type: 'quantitative' as const } },
            },
          ]
        : []),
      {
        mark: { type: 'rule', strokeWidth: 2 },
        encoding: { y, x: { ...x, field: 'low' }, x2: { field: 'high' } },
      },
      {
        mark: { type: 'point', size: 80, opacity: 1 },
        encoding: { y, x: { ...x, field: 'estimate' } },
      },
    ],
  };
}
