import type { ConditionResult, Weights } from './row-output.ts';
import { scoreConditions } from './score-conditions.ts';

/**
 * The score of each further dimension of a row, 0..1, over its conditions as the quality itself.
 *
 * @param weights as for `scoreConditions`
 * @returns by the dimension's name; empty where the prompt file names none
 */
export function dimensionScores(
  conditions: readonly Omit<ConditionResult, 'weight'>[],
  weights?: Weights,
): Record<string, number> {
  const rated = conditions.find(({ dimensions }) => dimensions)?.dimensions ?? {};
  return Object.fromEntries(
    Object.keys(rated).map((name) => {
      const alone = conditions.map((condition) => ({
        ...condition,
        quality: condition.dimensions?.[name] ?? null,
      }));
      return [name, scoreConditions(alone, weights).score];
    }),
  );
}
