/**
 * The contrast of an image with its degraded copies, each rated alone: what the picture shows moves both
 * ratings alike, and on the logit scale their difference is free of it as far as the two add up there.
 */

/** Probabilities are moved this far from 0 and 1: there the logit has no end, and token probabilities no digits. */
export const LEAST_PROBABILITY = 1e-6;

/** ln(p / (1 - p)), p in 0..1 kept within `LEAST_PROBABILITY` of its ends. */
export function logit(p: number): number {
  const inside = Math.min(1 - LEAST_PROBABILITY, Math.max(LEAST_PROBABILITY, p));
  return Math.log(inside / (1 - inside));
}

/** 1 / (1 + exp(-x)) */
export const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** The image against one of its copies. */
export interface Contrast {
  /** Quality of the image alone and of the copy alone, 0..1: means over the parts that were asked about. */
  query: number;
  copy: number;
  /** Mean over the parts of logit(image) - logit(copy). */
  logit: number;
}

/**
 * @param query qualities of the image alone, 0..1, a part (wording, view) each
 * @param copy those of the copy, in the same order
 */
export function contrastOf(query: readonly number[], copy: readonly number[]): Contrast {
  return {
    query: mean(query),
    copy: mean(copy),
    logit: mean(query.map((quality, part) => logit(quality) - logit(copy[part]!))),
  };
}

/**
 * The score over all copies: the logistic function of the mean difference, in 0..1. One half says that the
 * image is rated as its copies are.
 *
 * @returns the same to the last bit for any order of the copies
 */
export const contrastScore = (contrasts: readonly Pick<Contrast, 'logit'>[]): number =>
  logistic(mean(contrasts.map((contrast) => contrast.logit).toSorted((a, b) => a - b)));

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
