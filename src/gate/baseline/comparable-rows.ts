import type { CorrelationAnswer } from '../../rows/correlation-row.ts';
import type { GateMetric } from '../gate-metric.ts';
import { differencesInAsking } from './compare-asked.ts';
import { lowCoverage } from './low-coverage.ts';
import { type MatchedRows, matchRows } from './match-rows.ts';

/**
 * The rows over which two runs are compared, and in `differences` why they are not comparable: other images, MOS,
 * groups, degradations, sources of the probabilities, levels of the prompt under KAPPA, or too few images that
 * both have scored.
 *
 * @param earlier how phrases call the run before
 */
export function comparableRows(
  now: CorrelationAnswer,
  before: CorrelationAnswer,
  { metric, minCoverage, earlier }: { metric: GateMetric; minCoverage: number; earlier: string },
): MatchedRows {
  const rows = matchRows(now, before, earlier);
  return {
    ...rows,
    differences: [
      ...rows.differences,
      ...differencesInAsking(now.asked, before.asked, earlier),
      ...(metric === 'KAPPA' ? differencesInLevels(now, before, earlier) : []),
      ...(rows.differences.length > 0
        ? []
        : lowCoverage(
            rows.now.length,
            { 'this run': imagesOf(now, before), [earlier]: imagesOf(before, now) },
            minCoverage,
            { rows: 'images', done: 'scored' },
          )),
    ],
  };
}

/** Images that a run should have scored: those that the other had for anchors are none that it failed to score. */
function imagesOf({ rows, missing }: CorrelationAnswer, other: CorrelationAnswer): number {
  const anchors = new Set(other.anchors);
  return rows.filter(({ image }) => !anchors.has(image)).length + missing.length;
}

/** Kappa at other levels is another number. */
function differencesInLevels(
  now: CorrelationAnswer,
  before: CorrelationAnswer,
  earlier: string,
): string[] {
  const [here, there] = [now, before].map(({ levels }) => levels?.join(', ') ?? 'none');
  return here === there ? [] : [`levels of the prompt: ${there} in ${earlier}, ${here} here`];
}
