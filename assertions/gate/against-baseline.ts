import type { CorrelationAnswer } from '../../providers/correlation-row.ts';
import { differencesInAsking, remarksOnAsking } from '../baseline/compare-asked.ts';
import { pairRows } from '../baseline/pair-rows.ts';
import { pickColumn } from '../baseline/pick-column.ts';
import { readBaseline } from '../baseline/read-baseline.ts';
import { isBelowCoverage } from '../coverage.ts';
import { scoresFor } from '../rank-scores.ts';
import {
  type BootstrapSeries,
  bootstrap,
  DEFAULT_CONFIDENCE,
  differenceOfSeries,
  type Interval,
  intervalOfSeries,
  UndefinedIntervalError,
} from '../statistics/index.ts';
import type { GateConfig } from './gate-config.ts';
import { decimalsFor, describeInterval, nameSome, withInterval } from './phrases.ts';
import { sampleOf } from './sample.ts';
import type { Verdict } from './verdict.ts';

type Settings = Pick<GateConfig, 'metric' | 'confidence' | 'margin' | 'minCoverage' | 'weights'> & {
  baseline: NonNullable<GateConfig['baseline']>;
};

/**
 * Whether the paired interval of (new - baseline) over the same images stays above `-margin`.
 *
 * @throws ConfigError as `readBaseline` and `pickColumn`; UndefinedCorrelationError,
 *   UndefinedIntervalError where one of the two columns has no correlation or the difference no interval
 */
export function againstBaseline(now: CorrelationAnswer, settings: Settings): Verdict {
  const { baseline, metric, margin = 0, minCoverage, weights } = settings;
  const { confidence = DEFAULT_CONFIDENCE } = settings;
  const column = pickColumn(readBaseline(baseline.file), baseline, now.asked?.prompt.label);
  const name = `baseline ${baseline.file} (${column.provider}, ${column.prompt})`;
  const before = column.answers.get(now.dataset);
  if (!before) return notComparable(name, [`it has no correlation over "${now.dataset}"`]);
  const rows = pairRows(now, before);
  const differences = [
    ...rows.differences,
    ...differencesInAsking(now.asked, before.asked),
    ...(rows.differences.length > 0
      ? []
      : lowCoverage(rows.now.length, { 'this run': now, 'the baseline': before }, minCoverage)),
  ];
  if (differences.length > 0) return notComparable(name, differences);

  const [newer, older] = [sampleOf(rows.now, weights), sampleOf(rows.before, weights)];
  const [a, b] = bootstrap(
    [newer, older].map((sample) => ({
      metric,
      scores: scoresFor(metric, sample),
      mos: newer.mos,
    })),
    { units: newer.units.names, confidence },
  ) as [BootstrapSeries, BootstrapSeries];
  const difference = differenceOfSeries(a, b);
  const pass = difference.low >= -margin;
  const decimals = decimalsFor([[difference.low, -margin]]);
  const own = withInterval(a.estimate, intervalAround(a), decimals);
  const compared = `${rows.leftOut.length > 0 ? 'compared ' : ''}${newer.units.kind}`;
  return {
    pass,
    judged: true,
    phrase: [
      ...(rows.leftOut.length > 0 ? [`; on the ${rows.now.length} that both scored ${own}`] : []),
      `; baseline ${withInterval(b.estimate, intervalAround(b), decimals)}`,
      `; difference ${withInterval(difference.estimate, difference, decimals)} `,
      `${pass ? 'does not reach' : 'reaches'} below the allowed ${margin === 0 ? 0 : -margin}`,
    ].join(''),
    remarks: [
      ...describeInterval(difference, compared),
      ...(rows.leftOut.length > 0
        ? [`not scored by both and left out of the comparison: ${nameSome(rows.leftOut)}`]
        : []),
      ...remarksOnAsking(now.asked, before.asked),
    ],
  };
}

/** Whose images the comparison leaves out too many of. */
function lowCoverage(
  compared: number,
  runs: Readonly<Record<string, CorrelationAnswer>>,
  minCoverage: number,
): string[] {
  return Object.entries(runs).flatMap(([run, { rows, missing }]) => {
    const all = rows.length + missing.length;
    if (!isBelowCoverage(compared, all, minCoverage)) return [];
    return [
      `${compared} of the ${all} images of ${run} are scored in both, fewer than minCoverage ${minCoverage} asks for`,
    ];
  });
}

/** The interval of a correlation, which is shown only, where it exists: the difference decides. */
function intervalAround(series: BootstrapSeries): Interval | undefined {
  try {
    return intervalOfSeries(series);
  } catch (error) {
    if (!(error instanceof UndefinedIntervalError)) throw error;
    return undefined;
  }
}

const notComparable = (name: string, differences: readonly string[]): Verdict => ({
  pass: false,
  judged: false,
  phrase: `; not comparable with ${name}: ${differences.join('; ')}`,
  remarks: [],
});
