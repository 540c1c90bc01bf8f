import type { RawImage } from '../../images/raw-image.ts';
import { coherence } from './coherence.ts';
import { clippedShare, logKey } from './exposure.ts';
import { jpegGridExcess } from './jpeg-grid.ts';
import { logLuminance } from './luminance.ts';
import { noiseSigma } from './noise.ts';
import { sharpness } from './sharpness.ts';
import { workingImage } from './working-image.ts';

/** Smallest side, in pixels, for which the block statistics exist. */
export const MIN_SIDE_PX = 32;

/** What the embedded judge knows of an image; plain numbers, each explained where it is computed. */
export interface StatisticalFeatures {
  /** ln of the detail amplitude in the sharpest parts; higher is sharper. */
  sharpness: number;
  /** Mean ln coherence of local gradients; 0 is all structure, negative is noise. */
  coherence: number;
  /** Noise standard deviation in levels of log-luminance (of 255). */
  noiseSigma: number;
  /** ln of the log-average luminance relative to mid-grey. */
  logKey: number;
  /** Share of samples in the plateau of their channel's largest value, 0..1. */
  clippedShare: number;
  /** ln ratio of DCT magnitudes off and on JPEG's grid; 0 without JPEG. */
  jpegGridExcess: number;
}

/**
 * The statistics of an image, a pure function of its pixels. Clipping and JPEG's grid are looked for
 * in the pixels as given, everything else in the image at working resolution (`workingImage`).
 *
 * @throws RangeError a side is shorter than 32 pixels, or `data` is not `width * height * 3` long
 */
export function features(image: RawImage): StatisticalFeatures {
  checkImage(image);
  const working = workingImage(image);
  const luminance = logLuminance(working);
  return {
    sharpness: sharpness(working, luminance),
    coherence: coherence(luminance),
    noiseSigma: noiseSigma(luminance),
    logKey: logKey(luminance),
    clippedShare: clippedShare(image),
    jpegGridExcess: jpegGridExcess(image),
  };
}

function checkImage({ data, width, height }: RawImage): void {
  if (Math.min(width, height) < MIN_SIDE_PX) {
    throw new RangeError(
      `the image is ${width}x${height} pixels; image statistics need at least ${MIN_SIDE_PX} a side`,
    );
  }
  if (data.length !== width * height * 3) {
    throw new RangeError(
      `an RGB image of ${width}x${height} has ${width * height * 3} bytes, not ${data.length}`,
    );
  }
}
