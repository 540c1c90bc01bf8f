import type { MatchedRows } from '../../gate/baseline/match-rows.ts';
import { sampleOf } from '../../gate/correlated-sample.ts';
import type { CorrelationAnswer } from '../../rows/correlation-row.ts';
import { isBelowCoverage } from '../../statistics/coverage.ts';
import { FEWEST_IN_TREND, trendOfStatistics } from '../../statistics/index.ts';
import { type ComparingOptions, comparable } from './comparable.ts';
import { type DrawOf, orProblem } from './drawn.ts';
import type { HistoryTrend } from './history-schema.ts';
import { type Answered, isAnswered, type Series } from './series.ts';

type Row = CorrelationAnswer['rows'][number];

/**
 * Whether a metric rises or falls over all runs that are comparable with the newest, over the images that all of
 * them have scored: see `trendOfStatistics`.
 */
export function trendOf(series: Series, options: ComparingOptions, draw: DrawOf): HistoryTrend {
  const answered = series.points.filter(isAnswered);
  const newest = answered.at(-1);
  const pairs = answered
    .filter((point) => point !== newest)
    .flatMap((before) => (newest ? [{ before, rows: comparable(newest, before, options) }] : []));
  const usable = pairs.filter(({ rows }) => rows.differences.length === 0);
  const trend: HistoryTrend = {
    metric: options.metric,
    runs: [...usable.map(({ before }) => before.run), ...(newest ? [newest.run] : [])],
    notComparable: pairs.flatMap(({ before: { run }, rows: { differences } }) =>
      differences.length > 0 ? [{ run, differences }] : [],
    ),
    estimate: null,
    low: null,
    high: null,
    images: null,
    pValue: null,
    holmPValue: null,
    verdict: null,
  };
  if (!newest || trend.runs.length < FEWEST_IN_TREND) {
    const count = `${trend.runs.length === 1 ? 'there is' : 'there are'} ${trend.runs.length}`;
    return {
      ...trend,
      problem: `a trend needs ${FEWEST_IN_TREND} comparable runs, and ${count}`,
    };
  }
  return { ...trend, ...tested(newest, usable, options, draw) };
}

function tested(
  newest: Answered,
  pairs: readonly { before: Answered; rows: MatchedRows }[],
  { metric }: ComparingOptions,
  draw: DrawOf,
): Partial<HistoryTrend> {
  const { answer, weights, minCoverage } = newest.measurement;
  const partners = pairs.map(
    ({ rows }) => new Map(rows.now.map((row, i) => [row, rows.before[i]!])),
  );
  const common = answer.rows.filter((row) => partners.every((of) => of.has(row)));
  // Images that another run had for anchors are no images that it failed to score.
  const anchors = new Set(pairs.flatMap(({ before }) => before.measurement.answer.anchors));
  const scored = answer.rows.filter(({ image }) => !anchors.has(image)).length;
  const all = scored + answer.missing.length;
  if (isBelowCoverage(common.length, all, minCoverage)) {
    return {
      problem: `only ${common.length} of ${all} images are scored in all runs, fewer than minCoverage ${minCoverage} asks for`,
    };
  }
  return orProblem(() => {
    const sample = sampleOf({ ...answer, rows: common }, weights);
    // What is known of people is taken from the newest run, as MOS is.
    const { mos, errors, scale, levels } = sample;
    const earlier = partners.map((of) => {
      const rows = common.flatMap((row): Row[] => {
        const partner = of.get(row);
        return partner ? [partner] : [];
      });
      return { ...sampleOf({ rows }, weights), mos, errors, scale, levels };
    });
    const { estimate, low, high, pValue } = trendOfStatistics(
      [...earlier, sample].map((one) => draw(metric, one)),
      [...pairs.map(({ before }) => before), newest].map(({ date }) => date.getTime()),
    );
    return { estimate, low, high, pValue, images: common.length };
  });
}
