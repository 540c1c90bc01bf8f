import type { StatisticalFeatures } from './features.ts';

/** Grey levels of noise that are just visible at mid luminance (Chou & Li, IEEE TCSVT 5(6), 1995). */
const VISIBLE_NOISE_LEVELS = 3;

/** Exponent of perceived brightness over luminance (Stevens 1961; CIE 1976 lightness). */
const BRIGHTNESS_EXPONENT = 1 / 3;

/** Share of samples that may clip unseen (Limare et al., "Simplest color balance", IPOL 2011: 1 %). */
const UNSEEN_CLIPPED_SHARE = 0.01;

/**
 * P(good) is one half at INDEX_MIDDLE and its odds change by e over INDEX_SCALE. Set by hand, without
 * human scores, so that photographs spread over (0, 1); the order of images does not depend on them.
 */
const INDEX_MIDDLE = 2;
const INDEX_SCALE = 0.7;

/** About the mean index of photographs degraded as in the paper: what "poor" is expected to look like. */
const INDEX_POOR = 1.4;

/**
 * How much of a conditional image's deviation from INDEX_POOR is put down to the content it shares
 * with the query image; the rest, to its being more or less poor than expected. One half is the
 * posterior mean when the two are expected to vary equally.
 */
const CONTENT_SHARE = 0.5;

/**
 * The quality index, unbounded, higher is better: ln of the product
 * sharpness * coherence * brightness / (visible noise * sqrt(clipping) * compression^2).
 * Nothing in it was fitted to human scores: the constants are the cited ones, and the two exponents,
 * of clipping and compression, are round numbers that keep synthetic distortions in order.
 */
export function qualityIndex(features: StatisticalFeatures): number {
  return (
    features.sharpness +
    features.coherence +
    BRIGHTNESS_EXPONENT * Math.min(0, features.logKey) -
    Math.log(1 + features.noiseSigma / VISIBLE_NOISE_LEVELS) -
    0.5 * Math.log(1 + features.clippedShare / UNSEEN_CLIPPED_SHARE) -
    2 * features.jpegGridExcess
  );
}

/** P(good) of an image, in (0, 1). */
export function quality(features: StatisticalFeatures): number {
  return logistic((qualityIndex(features) - INDEX_MIDDLE) / INDEX_SCALE);
}

/**
 * P(good), in (0, 1), of a query image given a conditional image of the same content that is known
 * to be poor. If the poor copy still has a high index, the content accounts for it (busy texture,
 * strong contrast), and the query image's index is corrected for that content; and the other way
 * round: a smooth subject is not taken for a blurred one.
 */
export function relativeQuality(
  query: StatisticalFeatures,
  conditional: StatisticalFeatures,
): number {
  const content = CONTENT_SHARE * (qualityIndex(conditional) - INDEX_POOR);
  return logistic((qualityIndex(query) - content - INDEX_MIDDLE) / INDEX_SCALE);
}

/** P(the first of two images is better), in (0, 1): the odds of its quality over those of the other. */
export const preference = (first: StatisticalFeatures, second: StatisticalFeatures): number =>
  logistic((qualityIndex(first) - qualityIndex(second)) / INDEX_SCALE);

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
