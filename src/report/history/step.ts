import { remarksOnAsking } from '../../gate/baseline/compare-asked.ts';
import type { MatchedRows } from '../../gate/baseline/match-rows.ts';
import { pairedSamples } from '../../gate/correlated-sample.ts';
import { differenceOfStatistics } from '../../statistics/index.ts';
import { mengCheck } from '../verdict/meng-check.ts';
import { type ComparingOptions, comparable, runCalled } from './comparable.ts';
import { type DrawOf, orProblem } from './drawn.ts';
import type { HistoryStep } from './history-schema.ts';
import { type Answered, isAnswered, type Point } from './series.ts';

/**
 * The change of a metric from the nearest earlier run that is comparable: the paired bootstrap of the difference
 * over the images that both have scored. Its corrected p-value and verdict follow from what else is tested.
 *
 * @param points of the series before `now`, from the oldest
 */
export function stepTo(
  now: Answered,
  points: readonly Point[],
  options: ComparingOptions,
  draw: DrawOf,
): HistoryStep {
  const notComparable: HistoryStep['notComparable'] = [];
  const untested = { ...NOT_TESTED, metric: options.metric, run: now.run };
  for (const before of points.filter(isAnswered).reverse()) {
    const rows = comparable(now, before, options);
    if (rows.differences.length === 0) {
      return { ...untested, notComparable, ...tested(now, before, { rows, options, draw }) };
    }
    notComparable.push({ run: before.run, differences: rows.differences });
  }
  const problem =
    notComparable.length > 0
      ? 'no earlier run is comparable'
      : 'there is no earlier run of this column with a correlation';
  return { ...untested, notComparable, problem };
}

const NOT_TESTED = {
  against: null,
  estimate: null,
  low: null,
  high: null,
  images: null,
  pValue: null,
  holmPValue: null,
  verdict: null,
  meng: null,
  remarks: [],
};

function tested(
  now: Answered,
  before: Answered,
  { rows, options, draw }: { rows: MatchedRows; options: ComparingOptions; draw: DrawOf },
): Partial<HistoryStep> {
  const { answer, weights, version } = now.measurement;
  const { answer: older, version: olderVersion } = before.measurement;
  const earlier = runCalled(before);
  const remarks = [
    ...remarksOnAsking(answer.asked, older.asked, earlier),
    ...(version === olderVersion
      ? []
      : [
          `promptfoo-iqa: ${olderVersion ?? 'unknown version'} in ${earlier}, ${version ?? 'unknown version'} here`,
        ]),
    ...(answer.reused
      ? ['every answer was reused, so this run says nothing of the model on its day']
      : []),
    ...(rows.leftOut.length > 0
      ? [
          `${rows.leftOut.length} ${rows.leftOut.length === 1 ? 'image is' : 'images are'} not scored by both and left out`,
        ]
      : []),
  ];
  const result = orProblem(() => {
    const samples = pairedSamples(answer, rows, weights);
    const a = draw(options.metric, samples.newer);
    const b = draw(options.metric, samples.older);
    const { estimate, low, high, pValue } = differenceOfStatistics(a, b);
    const meng =
      options.metric === 'SRCC'
        ? mengCheck(
            { a: withUnits(samples.newer), b: withUnits(samples.older) },
            { a: a.estimate, b: b.estimate },
          )
        : null;
    return { estimate, low, high, pValue, meng, images: rows.now.length };
  });
  return { against: before.run, remarks, ...result };
}

const withUnits = ({ ranked, units }: { ranked: Float64Array; units: { names: string[] } }) => ({
  ranked,
  units: units.names,
});
