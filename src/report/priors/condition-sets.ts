import { imageName } from '../../images/image-name.ts';
import type { ConditionResult, Weights } from '../../method/row-output.ts';
import { scoreConditions } from '../../method/score-conditions.ts';
import { srcc } from '../../statistics/index.ts';
import { rankScores } from '../../statistics/rank-scores.ts';
import type { ScoredImage } from '../verdict/column-sample.ts';
import { orReason } from '../verdict/or-reason.ts';

/** A degradation at a severity. */
export interface Condition {
  degradation: string;
  severity: number;
}

export const conditionName = ({
  degradation,
  severity,
}: {
  degradation: string | null;
  severity: number | null;
}): string => `${degradation} ${severity}`;

/** Images with what was answered under each condition, in the order of `conditions`. */
export interface AnsweredImages {
  /** Sorted by name, so that what is picked does not depend on the order of a configuration. */
  conditions: Condition[];
  images: { name: string; mos: number; source: string; answers: ConditionResult[] }[];
  weights: Weights | undefined;
}

/**
 * Brings the answers of all images into one order of conditions.
 *
 * @returns or which image lacks a condition that another has
 */
export function answeredImages(
  images: readonly ScoredImage[],
  weights: Weights | undefined,
): AnsweredImages | { problem: string } {
  const known = new Map<string, Condition>();
  for (const { scored } of images) {
    for (const { degradation, severity } of scored.output.conditions) {
      if (degradation === null || severity === null) continue;
      known.set(conditionName({ degradation, severity }), { degradation, severity });
    }
  }
  const names = [...known.keys()].sort();
  const answered: AnsweredImages['images'] = [];
  for (const { row, scored, mos } of images) {
    const own = new Map(scored.output.conditions.map((each) => [conditionName(each), each]));
    const lacking = names.filter((name) => !own.has(name));
    if (lacking.length > 0) {
      return {
        problem: `${imageName(row.image)} was not asked under ${lacking.join(', ')}, which other images were; ask all of them alike`,
      };
    }
    answered.push({
      name: imageName(row.image),
      mos,
      source: scored.output.source,
      answers: names.map((name) => own.get(name)!),
    });
  }
  return { conditions: names.map((name) => known.get(name)!), images: answered, weights };
}

/** The answers of some images. */
export const partOf = (answered: AnsweredImages, places: readonly number[]): AnsweredImages => ({
  ...answered,
  images: places.map((place) => answered.images[place]!),
});

/**
 * The scores of the images, had nothing but a set of conditions been asked about, ready for ranking.
 *
 * @param set places in `conditions`
 * @returns or why the set gives an image no score
 */
export function scoresUnder(
  { images, weights }: AnsweredImages,
  set: readonly number[],
): Float64Array | { problem: string } {
  const scores: number[] = [];
  for (const { name, answers } of images) {
    const own = set.map((place) => answers[place]!);
    if (own.every(({ quality }) => quality === null)) {
      return { problem: `none of its copies has an effect on ${name}` };
    }
    const isUnweighted = own.every(({ similarity, contrast }) => !similarity && !contrast);
    if (weights === 'proportional' && isUnweighted) {
      return {
        problem: `all similarities of ${name} are 0, so proportional weights are undefined`,
      };
    }
    scores.push(scoreConditions(own, weights).score);
  }
  return rankScores(
    scores,
    images.map(({ source }) => source),
  );
}

/** SRCC of scores of the images; undefined where there is none. */
export function srccOf(
  scores: Float64Array | { problem: string },
  { images }: AnsweredImages,
): number | undefined {
  if ('problem' in scores) return undefined;
  const found = orReason(() =>
    srcc(
      scores,
      images.map(({ mos }) => mos),
    ),
  );
  return typeof found === 'number' ? found : undefined;
}

/** SRCC of the images under a set of conditions; undefined where there is none. */
export const srccUnder = (answered: AnsweredImages, set: readonly number[]): number | undefined =>
  srccOf(scoresUnder(answered, set), answered);
