import {
  type BootstrapSeries,
  bootstrap,
  type Difference,
  differenceOfSeries,
  FEW_UNITS,
  holm,
  srcc,
} from '../../statistics/index.ts';
import type { Estimate } from '../report-schema.ts';
import { type Draws, estimateOf } from '../verdict/correlations.ts';
import { decide } from '../verdict/decide.ts';
import { noEstimate, orReason } from '../verdict/or-reason.ts';

/** Scores over the same images, ready for ranking, or why there are none. */
export type Scored = Float64Array | { problem: string };

/** A set of conditions less another one. */
export interface SetDifference {
  set: string;
  SRCC: Estimate;
  /** Corrected by Holm's method over the sets that are compared. */
  holmPValue: number | null;
  verdict: 'gain' | 'loss' | 'undecided' | null;
}

/**
 * SRCC of several sets of scores over the same images, drawn together, and what some are better than one
 * by: the rule is that of the report's comparisons.
 *
 * @param sets by name
 * @param compared names of those to compare with `base`
 */
export function compareSets(
  sets: ReadonlyMap<string, Scored>,
  { base, compared }: { base: string; compared: readonly string[] },
  { mos, units }: { mos: readonly number[]; units: readonly string[] },
  draws: Draws,
): { SRCC: Map<string, Estimate>; differences: SetDifference[] } {
  const problems = new Map<string, string>();
  const usable = [...sets].flatMap(([name, scores]) => {
    const problem = problemOf(scores, mos);
    if (problem !== undefined) problems.set(name, problem);
    return problem === undefined ? [{ name, scores: scores as Float64Array }] : [];
  });
  const drawn = bootstrap(
    usable.map(({ scores }) => ({ metric: 'SRCC' as const, scores, mos })),
    { ...draws, units },
  );
  const series = new Map(usable.map(({ name }, index) => [name, drawn[index]!]));
  const differences = compared.map((name) =>
    differenceOf(
      name,
      series.get(name),
      series.get(base),
      problems.get(name) ?? problems.get(base),
    ),
  );
  const tested = differences.filter(({ pValue }) => pValue !== null);
  const corrected = holm(tested.map(({ pValue }) => pValue as number));
  return {
    SRCC: new Map(
      [...sets.keys()].map((name) => {
        const own = series.get(name);
        return [name, own ? estimateOf(own) : noEstimate(problems.get(name) ?? 'not computed')];
      }),
    ),
    differences: differences.map(({ set, SRCC, pValue }) => {
      if (pValue === null) return { set, SRCC, holmPValue: null, verdict: null };
      const holmPValue = corrected[tested.findIndex((each) => each.set === set)]!;
      const verdict = decide(holmPValue, SRCC.estimate ?? 0, draws.confidence);
      return { set, SRCC, holmPValue, verdict };
    }),
  };
}

/** Whether so few units were drawn that intervals are Student's. */
export const isFew = (units: readonly string[]): boolean => new Set(units).size < FEW_UNITS;

function problemOf(scores: Scored, mos: readonly number[]): string | undefined {
  if ('problem' in scores) return scores.problem;
  const found = orReason(() => srcc(scores, mos));
  return typeof found === 'number' ? undefined : found.problem;
}

function differenceOf(
  set: string,
  own: BootstrapSeries | undefined,
  base: BootstrapSeries | undefined,
  problem: string | undefined,
): { set: string; SRCC: Estimate; pValue: number | null } {
  const found: Difference | { problem: string } =
    own && base
      ? orReason(() => differenceOfSeries(own, base))
      : { problem: problem ?? 'it was not measured' };
  if ('problem' in found) return { set, SRCC: noEstimate(found.problem), pValue: null };
  const { estimate, low, high, pValue } = found;
  return { set, SRCC: { estimate, low, high }, pValue };
}
