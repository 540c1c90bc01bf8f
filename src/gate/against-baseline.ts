import type { CorrelationAnswer } from '../rows/correlation-row.ts';
import { CORRELATIONS } from './baseline/baseline-source.ts';
import { comparableRows } from './baseline/comparable-rows.ts';
import { compareWithBaseline } from './baseline/compare-with-baseline.ts';
import { baselineReader } from './baseline/read-baseline.ts';
import type { BaselineConfig } from './config-fields.ts';
import { pairedSamples, type Sample } from './correlated-sample.ts';
import type { GateConfig } from './gate-config.ts';
import { scaleOf, statisticOf } from './gate-metric.ts';
import { pairedVerdict } from './paired-verdict.ts';
import type { Verdict } from './verdict.ts';

type Settings = Pick<GateConfig, 'metric' | 'confidence' | 'margin' | 'minCoverage' | 'weights'> & {
  baseline: BaselineConfig;
  /** Label of this column's provider, where it is known. */
  provider?: string | undefined;
};

const readCorrelations = baselineReader(CORRELATIONS);

/**
 * Whether the paired interval of (new - baseline) over the same images stays above `-margin`.
 *
 * @throws ConfigError as `resolveBaseline`; UndefinedCorrelationError, UndefinedIntervalError as `pairedVerdict`
 */
export function againstBaseline(now: CorrelationAnswer, settings: Settings): Verdict {
  const { baseline, metric, minCoverage, weights, provider } = settings;
  const ofRun = (sample: Sample) => ({
    statistic: () => statisticOf(metric, sample),
    scale: scaleOf(metric),
  });
  return compareWithBaseline(now, baseline, {
    ...{ source: CORRELATIONS, read: readCorrelations, provider },
    rowsOf: (before, earlier) => comparableRows(now, before, { metric, minCoverage, earlier }),
    judge(rows) {
      const { newer, older } = pairedSamples(now, rows, weights);
      const { units } = newer;
      return pairedVerdict(
        { newer: ofRun(newer), older: ofRun(older), units, leftOut: rows.leftOut, done: 'scored' },
        settings,
      );
    },
  });
}
