import type { TopLevelSpec } from 'vega-lite';
import type { EntryAgreement } from '../report-schema.ts';

export interface CalibrationPlot {
  bins: EntryAgreement['calibration']['bins'];
  /** Ends of the scale of MOS, the worst first: what scores of 0 and 1 claim. */
  scale: [number, number];
  /** What the vertical axis shows. */
  truth: string;
  /** Inside the axes, in pixels. */
  width: number;
  height: number;
}

/** Mean MOS of each bin with its interval, against its mean score, and the line of what scores claim. */
export function calibrationPlot({
  bins,
  scale,
  truth,
  width,
  height,
}: CalibrationPlot): TopLevelSpec {
  const [worst, best] = scale;
  const unit: [number, number] = [0, 1];
  const values = bins.map(({ score, mos: { estimate, low, high } }) => ({
    score,
    mos: estimate,
    low: low ?? estimate,
    high: high ?? estimate,
  }));
  const x = {
    field: 'score',
    type: 'quantitative',
    title: 'score',
    scale: { domain: unit },
    axis: { tickCount: 5 },
  } as const;
  const y = {
    type: 'quantitative',
    title: truth,
    scale: { domain: scale },
    axis: { tickCount: 5 },
  } as const;
  return {
    width,
    height,
    layer: [
      {
        data: {
          values: [
            { score: 0, mos: worst },
            { score: 1, mos: best },
          ],
        },
        mark: { type: 'line', strokeDash: [5, 4] },
        encoding: { x, y: { ...y, field: 'mos' } },
      },
      {
        data: { values },
        layer: [
          {
            mark: { type: 'rule', strokeWidth: 2, clip: true },
            encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' } },
          },
          {
            mark: { type: 'point', size: 60, opacity: 1 },
            encoding: { x, y: { ...y, field: 'mos' } },
          },
        ],
      },
    ],
  };
}
