import { z } from 'zod';
import { PAIR_MODELS, type PairModelName } from '../statistics/index.ts';

const share = z.number().min(0).max(1);

/** What came of comparing an image with anchors, in each of two orders. */
export const pairResultSchema = z.object({
  model: z.enum(Object.keys(PAIR_MODELS) as [PairModelName, ...PairModelName[]]),
  /** The image's place on the model's scale, where anchors stand at 0 and the prior has mean 0 and variance 1. */
  score: z.number(),
  /** Of `score`, from the curvature of the posterior. */
  standardError: z.number().min(0),
  /**
   * How much more often the image that stands first is preferred than chance, -0.5..0.5: 0 where the order makes no
   * difference.
   */
  positionBias: z.number().min(-0.5).max(0.5),
  /** Anchors about which the two orders prefer different images. */
  inconsistent: z.number().int().nonnegative(),
  anchors: z
    .array(
      z.object({
        image: z.string(),
        /** SHA-256 (hex) of its file. */
        sha256: z.string(),
        /** P(the image is better than the anchor) where it is shown first, a tie counting half; and where second. */
        shownFirst: share,
        shownSecond: share,
        /** Mean probability of the choices that prefer neither. */
        tie: share,
      }),
    )
    .min(1),
});

export type PairResult = z.output<typeof pairResultSchema>;

/** What came of all comparisons of a row. */
export interface RowPairs extends Pick<PairResult, 'positionBias' | 'inconsistent'> {
  /** Pairs that were asked about in both orders: an anchor under a condition each. */
  pairs: number;
  /** Means over the conditions. */
  anchors: PairResult['anchors'];
}

/**
 * The comparisons of a row over its conditions.
 *
 * @returns undefined where nothing was compared
 */
export function rowPairs(
  conditions: readonly { pairs?: PairResult | undefined }[],
): RowPairs | undefined {
  const compared = conditions.flatMap(({ pairs }) => pairs ?? []);
  const [first] = compared;
  if (!first) return undefined;
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const over = (index: number, key: 'shownFirst' | 'shownSecond' | 'tie'): number =>
    mean(compared.map(({ anchors }) => anchors[index]![key]));
  return {
    positionBias: mean(compared.map(({ positionBias }) => positionBias)),
    inconsistent: compared.reduce((sum, { inconsistent }) => sum + inconsistent, 0),
    pairs: compared.reduce((sum, { anchors }) => sum + anchors.length, 0),
    anchors: first.anchors.map(({ image, sha256 }, index) => ({
      ...{ image, sha256 },
      shownFirst: over(index, 'shownFirst'),
      shownSecond: over(index, 'shownSecond'),
      tie: over(index, 'tie'),
    })),
  };
}

/** `+0.04`: how much more often than chance the image that stands first is preferred. */
export function biasText(bias: number): string {
  const digits = Math.abs(bias).toFixed(2);
  return `${digits === '0.00' ? '' : bias < 0 ? '−' : '+'}${digits}`;
}
