/** What a judge answered about one degraded copy of one image; `null` where the copy was without effect. */
export interface PriorAnswer {
  /** P(good | x'): the copy rated by itself, 0..1. */
  good: number | null;
  /** P(same object | x, x'), 0..1; null also where it was not asked. */
  same: number | null;
}

/** How well a degradation serves as a prior, over `n` images. */
export interface PriorSuitability {
  n: number;
  /** Copies that do not differ from their image. */
  withoutEffect: number;
  /** Over the copies with an effect; null without any. */
  meanGood: number | null;
  /** Standard deviation over the same, n - 1; null below two. */
  sdGood: number | null;
  /** Null where it was not asked. */
  meanSame: number | null;
  /**
   * Mean over the images of (1 - P(good | x')) * P(same), less its standard deviation: near 1 where
   * the copy is surely poor and surely recognised on every image. A copy without effect counts 0;
   * where P(same) was not asked, 1 stands for it. Null below two images.
   */
  suitability: number | null;
}

/**
 * What the method asks of a prior, measured: poor whatever the content, and still recognised.
 *
 * @example
 * const answers = [
 *   { good: 0.1, same: 1 },
 *   { good: 0.1, same: 0.9 },
 * ];
 * priorSuitability(answers).suitability; // 0.7914
 */
export function priorSuitability(answers: readonly PriorAnswer[]): PriorSuitability {
  const rated = answers.flatMap(({ good }) => (good === null ? [] : [good]));
  const same = answers.flatMap((answer) => (answer.same === null ? [] : [answer.same]));
  const served = answers.map(({ good, same }) => (good === null ? 0 : (1 - good) * (same ?? 1)));
  const deviation = standardDeviation(served);
  return {
    n: answers.length,
    withoutEffect: answers.length - rated.length,
    meanGood: mean(rated),
    sdGood: standardDeviation(rated),
    meanSame: mean(same),
    suitability: deviation === null ? null : (mean(served) as number) - deviation,
  };
}

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

function standardDeviation(values: readonly number[]): number | null {
  const middle = mean(values);
  if (middle === null || values.length < 2) return null;
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}
