import type { TopLevelSpec } from 'vega-lite';
import type { PriorReport } from '../report-schema.ts';

const PANEL = { width: 120, height: 90 };
const PANELS_ACROSS = 5;

/** A panel a degradation: P(good) of the copies with one standard deviation, and P(same), by severity. */
export function priorsPlot({ ranking }: PriorReport): TopLevelSpec {
  const values = ranking.map(({ degradation, severity, meanGood, sdGood, meanSame }) => ({
    degradation,
    severity,
    good: meanGood,
    low: meanGood === null ? null : Math.max(0, meanGood - (sdGood ?? 0)),
    high: meanGood === null ? null : Math.min(1, meanGood + (sdGood ?? 0)),
    same: meanSame,
  }));
  const x = {
    field: 'severity',
    type: 'ordinal',
    title: null,
    axis: { labelAngle: 0, grid: false },
  } as const;
  const y = {
    type: 'quantitative' as const,
    title: null,
    scale: { domain: [0, 1] },
    axis: { values: [0, 0.5, 1] },
  };
  return {
    data: { values },
    facet: { field: 'degradation', type: 'nominal', title: null, sort: null },
    columns: PANELS_ACROSS,
    spacing: 24,
    spec: {
      ...PANEL,
      layer: [
        {
          mark: { type: 'rule', strokeWidth: 2 },
          encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' } },
        },
        {
          mark: { type: 'point', size: 50, opacity: 1 },
          encoding: { x, y: { ...y, field: 'good' } },
        },
        { mark: { type: 'line' }, encoding: { x, y: { ...y, field: 'same' } } },
      ],
    },
  };
}
