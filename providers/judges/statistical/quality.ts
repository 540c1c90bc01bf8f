import type { StatisticalFeatures } from './features.ts';

/** Grey levels of noise that are just visible at mid luminance (Chou & Li, IEEE TCSVT 5(6), 1995). */
const VISIBLE_NOISE_LEVELS = 3;

/** Exponent of perceived brightness over luminance (Stevens 1961; CIE 1976 lightness). */
const BRIGHTNESS_EXPONENT = 1 / 3;

/** Share of samples that may clip unseen (Limare et al., "Simplest color balance", IPOL 2011: 1 %). */
const UNSEEN_CLIPPED_SHARE = 0.01;

/** Index at which P(good) is one half, and how far from it the odds change by e; fixed by hand so that photographs spread over (0, 1). */
const INDEX_MIDDLE = 2;
const INDEX_SCALE = 0.7;

/**
 * The quality index, unbounded, higher is better: ln of the product
 * sharpness * coherence * brightness / (visible noise * sqrt(clipping) * compression).
 * Nothing in it was fitted to human scores; the constants are the cited ones.
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

/** P(good) */
export function relativeQuality(
  query: StatisticalFeatures,
  conditional: StatisticalFeatures,
): number {
  return logistic((qualityIndex(query) - qualityIndex(conditional)) / INDEX_SCALE);
}

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
