import type { RawImage } from './raw-image.ts';
import { resizeImage } from './resize.ts';

/**
 * What an image looks like from far away: its mean colours on a grid of 16 by 16 fields, row by row, as
 * interleaved RGB.
 */
export type Look = Uint8Array;

const SIDE = 16;

export const lookOf = async (image: RawImage): Promise<Look> =>
  Uint8Array.from((await resizeImage(image, { width: SIDE, height: SIDE })).data);

/** Fields of a flat image differ by nothing but rounding. */
const FLAT_VARIANCE = 1;

/**
 * How alike two looks are: the correlation of their luma (Rec. 601) over the fields, -1..1. Brightness,
 * contrast, noise, blur and compression hardly change it. Flat images are alike where their colours are.
 */
export function likeness(a: Look, b: Look): number {
  const [x, y] = [lumaOf(a), lumaOf(b)];
  const [meanX, meanY] = [mean(x), mean(y)];
  let [covariance, varianceX, varianceY] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const [dx, dy] = [x[i]! - meanX, y[i]! - meanY];
    covariance += dx * dy;
    varianceX += dx * dx;
    varianceY += dy * dy;
  }
  const limit = FLAT_VARIANCE * x.length;
  if (varianceX < limit && varianceY < limit) return 1 - distance(a, b) / 255;
  if (varianceX < limit || varianceY < limit) return 0;
  return covariance / Math.sqrt(varianceX * varianceY);
}

/** Root mean square difference of two looks, in levels of 0..255. */
export function distance(a: Look, b: Look): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(sum / a.length);
}

const lumaOf = (look: Look): number[] =>
  Array.from(
    { length: look.length / 3 },
    (_, i) => 0.299 * look[3 * i]! + 0.587 * look[3 * i + 1]! + 0.114 * look[3 * i + 2]!,
  );

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
