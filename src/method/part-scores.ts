import type { ConditionResult, Weights } from './row-output.ts';
import { scoreConditions } from './score-conditions.ts';

/** The score that an image would have by one wording and one view alone. */
export interface PartScore {
  /** `wording 2`, `crop 1`, `wording 2, crop 1` */
  name: string;
  /** 0..1 */
  score: number;
}

type PartResult = NonNullable<ConditionResult['parts']>[number];

/** How a part is called. */
export const partName = ({ wording, view }: Pick<PartResult, 'wording' | 'view'>): string =>
  [...(wording === undefined ? [] : [`wording ${wording}`]), ...(view ? [view] : [])].join(', ');

/**
 * The scores of a row's wordings and views, each over all conditions.
 *
 * @param weights as for `scoreConditions`
 * @returns in the order in which they were asked; none where the row has one part
 */
export function partScores(
  conditions: readonly Omit<ConditionResult, 'weight'>[],
  weights?: Weights,
): PartScore[] {
  const kept = conditions.filter(({ quality }) => quality !== null);
  const parts = kept[0]?.parts ?? [];
  return parts.map((part, index) => {
    const alone = kept.map((condition) => {
      const { quality } = condition.parts![index]!;
      const { contrast } = condition;
      return { ...condition, quality, ...(contrast && { contrast: atLogit(contrast, quality) }) };
    });
    return { name: partName(part), score: scoreConditions(alone, weights).score };
  });
}

/** A difference of two logits may be twice as large as the logit of an answer, so it is not held as one is. */
const atLogit = (contrast: NonNullable<ConditionResult['contrast']>, quality: number) => ({
  ...contrast,
  logit: Math.log(quality / (1 - quality)),
});
