import type { SimulatedContent, SimulatedLook } from './look.ts';

/**
 * How good an image seems to the simulated judge. Its bias, and what a stated prior does about it, are
 * written down here on purpose: they show the mechanism of the paper and are no evidence for it. All
 * constants are round numbers set by hand; none was fitted to scores of people.
 */

/** The quality index of the sample set's pristine photographs lies around this. */
const QUALITY_MIDDLE = 2.5;

/** How much what an image shows counts beside its quality. */
const CONTENT_WEIGHT = 1;

/**
 * Beside a copy that is stated to be poor, what both images show is no sign of quality: this share of what
 * the copy shows is taken off, where it shows the same object.
 */
const CANCELLED_SHARE = 0.75;

/** Beside a poor copy nearly everything seems good. */
const CONTRAST = 3;

/** The correlation of shapes at which it says "the same object" with one half, and how sharply. */
const SAME_MIDDLE = 0.35;
const SAME_SHARPNESS = 10;

type Seen = Pick<SimulatedLook, 'quality' | 'content'>;

/** Of an image that is shown alone: quality and content, which it cannot tell apart. 0 is neither good nor poor. */
export const impressionAlone = ({ quality, content }: Seen): number =>
  quality - QUALITY_MIDDLE + CONTENT_WEIGHT * content;

/**
 * Of a query image beside a conditional image that the question calls poor.
 *
 * @param same how sure it is that both show the same object, 0..1
 */
export const impressionBeside = (
  query: Seen,
  conditional: Pick<Seen, 'content'>,
  same: number,
): number =>
  impressionAlone(query) - CONTENT_WEIGHT * CANCELLED_SHARE * same * conditional.content + CONTRAST;

/**
 * How much better the first of two images seems than the second. Each is seen as it would be alone, what it shows
 * included: that two images stand side by side tells nobody which part of the difference is quality. Beside a poor
 * copy of one of them, what that one shows counts less, as in `impressionBeside`.
 *
 * @param conditional the copy that the question calls poor, and how sure it is that each image shows the same object
 * @param positionBias how much better the image that stands first seems for that alone
 */
export function impressionOfPair(
  [first, second]: readonly [Seen, Seen],
  conditional: { copy: Pick<Seen, 'content'>; same: readonly [number, number] } | undefined,
  positionBias: number,
): number {
  const seen = (image: Seen, place: 0 | 1): number =>
    conditional
      ? impressionBeside(image, conditional.copy, conditional.same[place])
      : impressionAlone(image);
  return seen(first, 0) - seen(second, 1) + positionBias;
}

/** P(both images show the same object), from their shapes. */
export function sameObject(
  a: Pick<SimulatedContent, 'shapes'>,
  b: Pick<SimulatedContent, 'shapes'>,
): number {
  return 1 / (1 + Math.exp(-SAME_SHARPNESS * (cosine(a.shapes, b.shapes) - SAME_MIDDLE)));
}

/** 0 where one of them has no shapes at all. */
function cosine(a: readonly number[], b: readonly number[]): number {
  const product = (x: readonly number[], y: readonly number[]) =>
    x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  const norms = Math.sqrt(product(a, a) * product(b, b));
  return norms === 0 ? 0 : product(a, b) / norms;
}
