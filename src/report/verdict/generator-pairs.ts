import {
  bootstrapStatistics,
  differenceOfStatistics,
  holm,
  MIN_UNITS,
  meanStatistic,
  unitsOf,
  wilson,
} from '../../statistics/index.ts';
import type { Estimate, GeneratorPair } from '../report-schema.ts';
import type { Draws } from './correlations.ts';
import { decide } from './decide.ts';
import type { GeneratorSample } from './generator-sample.ts';
import { withinEnds } from './mean-estimate.ts';
import { noEstimate, orReason } from './or-reason.ts';

/**
 * All pairs of generators: the difference of their mean scores over the prompts that both have a rated picture of,
 * with its paired bootstrap interval over prompts, and p-values corrected by Holm's method.
 *
 * @param prompts of all generators together
 */
export function compareGenerators(
  generators: readonly GeneratorSample[],
  prompts: ReadonlyMap<string, string>,
  draws: Draws,
): GeneratorPair[] {
  const pairs = generators.flatMap((first, a) =>
    generators
      .slice(a + 1)
      .map((second, index) => ({ a, b: a + 1 + index, ...compare(first, second, prompts, draws) })),
  );
  const tested = pairs.filter(({ pValue }) => pValue !== null);
  const corrected = holm(tested.map(({ pValue }) => pValue as number));
  for (const [index, pair] of tested.entries()) {
    const pValue = corrected[index]!;
    pair.holmPValue = pValue;
    pair.verdict = decide(pValue, pair.difference.estimate ?? 0, draws.confidence);
  }
  return pairs;
}

function compare(
  a: GeneratorSample,
  b: GeneratorSample,
  prompts: ReadonlyMap<string, string>,
  draws: Draws,
): Omit<GeneratorPair, 'a' | 'b'> {
  const common = [...a.scores.keys()].filter((prompt) => b.scores.has(prompt));
  const onlyA = a.scores.size - common.length;
  const onlyB = b.scores.size - common.length;
  return {
    prompts: common.length,
    leftOut: { onlyA, onlyB, neither: prompts.size - common.length - onlyA - onlyB },
    ...differenceOf(a.scores, b.scores, common, draws),
    holmPValue: null,
    verdict: null,
    people: preferencesOf(a, b, common, draws.confidence),
  };
}

/** Of means over prompts that both have. */
function differenceOf(
  a: ReadonlyMap<string, number>,
  b: ReadonlyMap<string, number>,
  common: readonly string[],
  draws: Draws,
): Pick<GeneratorPair, 'difference' | 'pValue' | 'pValueFrom'> {
  const none = { pValue: null, pValueFrom: null };
  if (common.length === 0) return { ...none, difference: noEstimate('they share no prompt') };
  const means = [a, b].map((scores) => meanStatistic(common.map((prompt) => scores.get(prompt)!)));
  const estimate = means[0]!.estimate - means[1]!.estimate;
  const without = (problem: string): Estimate => ({ ...noEstimate(problem), estimate });
  if (common.length < MIN_UNITS) return { ...none, difference: without(fewPrompts(common.length)) };
  const [ofA, ofB] = bootstrapStatistics(means, unitsOf(common.length, common), draws);
  const found = orReason(() => differenceOfStatistics(ofA!, ofB!));
  if ('problem' in found) return { ...none, difference: without(found.problem) };
  const { low, high, pValue, pValueFrom } = found;
  return { difference: withinEnds({ estimate, low, high }, [-1, 1]), pValue, pValueFrom };
}

export const fewPrompts = (count: number): string =>
  `an interval needs at least ${MIN_UNITS} prompts, there ${count === 1 ? 'is' : 'are'} ${count}`;

/** Where people have scored the pictures of both, of how many prompts the judge prefers the same generator. */
function preferencesOf(
  a: GeneratorSample,
  b: GeneratorSample,
  common: readonly string[],
  confidence: number,
): GeneratorPair['people'] {
  const both = common.filter((prompt) => a.mos.has(prompt) && b.mos.has(prompt));
  const signs = both.map((prompt) =>
    [a, b]
      .map(({ scores }) => scores.get(prompt)!)
      .concat([a, b].map(({ mos }) => mos.get(prompt)!)),
  );
  const told = signs.filter(([x, y, p, q]) => x !== y && p !== q);
  if (told.length === 0) return null;
  const same = told.filter(([x, y, p, q]) => x! > y! === p! > q!).length;
  return { prompts: told.length, same: wilson(same, told.length, confidence) };
}
