import { versions } from '../../common/versions.ts';
import { sampleOf, unitCount } from '../../gate/correlated-sample.ts';
import { type GateMetric, scaleOf } from '../../gate/gate-metric.ts';
import { holm, intervalOf } from '../../statistics/index.ts';
import type { Draws } from '../verdict/correlations.ts';
import { decide } from '../verdict/decide.ts';
import { type DrawOf, drawn, orProblem } from './drawn.ts';
import { findDrops } from './find-drops.ts';
import type { LeftOut } from './history-run.ts';
import {
  HISTORY_SCHEMA_VERSION,
  type History,
  type HistoryPoint,
  type HistorySeries,
} from './history-schema.ts';
import type { OrderedRun } from './order-runs.ts';
import { isAnswered, type Point, type Series, seriesOf } from './series.ts';
import { stepTo } from './step.ts';
import { trendOf } from './trend.ts';

export interface HistoryOptions {
  metrics: readonly GateMetric[];
  draws: Draws;
  /** Whether runs with another text of the prompt are compared. */
  anyPrompt: boolean;
  /** Which series are looked at. */
  isWanted?: (series: Series) => boolean;
}

/** Joins runs over time. Pure, but for the clock. */
export function buildHistory(
  runs: readonly OrderedRun[],
  leftOut: readonly LeftOut[],
  { metrics, draws, anyPrompt, isWanted = () => true }: HistoryOptions,
): History {
  const draw = drawn(draws);
  const series = seriesOf(runs)
    .filter(isWanted)
    .map((one) => historyOf(one, { metrics, anyPrompt, draw }));
  correctSteps(series, runs.length, draws.confidence);
  correct(
    series.flatMap(({ trends }) => trends),
    draws.confidence,
  );
  const history: Omit<History, 'drops'> = {
    schemaVersion: HISTORY_SCHEMA_VERSION,
    createdAt: new Date().toISOString(),
    generator: { name: 'promptfoo-iqa', version: versions['promptfoo-iqa'] },
    bootstrap: { ...draws },
    metrics: [...metrics],
    anyPrompt,
    runs: runs.map(({ name, date, dateFrom, file, evalId, alsoIn }) => ({
      name,
      date: date.toISOString(),
      dateFrom,
      file,
      evaluation: evalId ?? null,
      alsoIn,
    })),
    leftOut: [...leftOut],
    series,
  };
  return { ...history, drops: findDrops(history) };
}

function historyOf(
  series: Series,
  { metrics, anyPrompt, draw }: Pick<HistoryOptions, 'metrics' | 'anyPrompt'> & { draw: DrawOf },
): HistorySeries {
  const { dataset, provider, prompt, points } = series;
  return {
    dataset,
    provider,
    prompt,
    points: points.map((point) => pointOf(point, metrics, draw)),
    steps: metrics.flatMap((metric) =>
      points.flatMap((now, index) =>
        isAnswered(now) ? [stepTo(now, points.slice(0, index), { metric, anyPrompt }, draw)] : [],
      ),
    ),
    trends: metrics.map((metric) => trendOf(series, { metric, anyPrompt }, draw)),
  };
}

function pointOf(point: Point, metrics: readonly GateMetric[], draw: DrawOf): HistoryPoint {
  const { run, measurement } = point;
  if (!isAnswered(point)) {
    const problem = 'problem' in measurement ? measurement.problem : undefined;
    return { ...NOTHING, run, values: [], ...(problem !== undefined && { problem }) };
  }
  const { answer, weights, version } = point.measurement;
  const told = {
    ...NOTHING,
    run,
    models: answer.asked?.models ?? [],
    notice: answer.notice ?? null,
    version: version ?? null,
    promptSha256: answer.asked?.prompt.sha256 ?? null,
    missing: answer.missing.length,
  };
  const sample = orProblem(() => sampleOf(answer, weights));
  if ('problem' in sample) return { ...told, values: [], problem: sample.problem };
  return {
    ...told,
    images: sample.mos.length,
    units: { count: unitCount(sample), kind: sample.units.kind },
    values: metrics.map((metric) => {
      const none = { metric, estimate: null, low: null, high: null };
      const series = orProblem(() => draw(metric, sample));
      if ('problem' in series) return { ...none, problem: series.problem };
      const { estimate } = series;
      const interval = orProblem(() => intervalOf(series, scaleOf(metric)));
      if ('problem' in interval) return { ...none, estimate, problem: interval.problem };
      return { metric, estimate, low: interval.low, high: interval.high };
    }),
  };
}

const NOTHING = {
  models: [],
  notice: null,
  version: null,
  promptSha256: null,
  images: 0,
  missing: 0,
  units: null,
};

/**
 * What is tested of one run is one family: its columns, data sets and metrics. So the verdict on a run does not
 * change when later ones join the history.
 */
function correctSteps(series: readonly HistorySeries[], runs: number, confidence: number): void {
  const steps = series.flatMap((one) => one.steps);
  for (let run = 0; run < runs; run++) {
    correct(
      steps.filter((step) => step.run === run),
      confidence,
    );
  }
}

type Tested = HistorySeries['steps'][number] | HistorySeries['trends'][number];

/** Holm's correction over a family, and the verdicts that follow. */
function correct(family: readonly Tested[], confidence: number): void {
  const tested = family.filter(({ pValue }) => pValue !== null);
  const corrected = holm(tested.map(({ pValue }) => pValue as number));
  for (const [index, test] of tested.entries()) {
    test.holmPValue = corrected[index]!;
    test.verdict = decide(test.holmPValue, test.estimate ?? 0, confidence);
  }
}
