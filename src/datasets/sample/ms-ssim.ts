import type { RawImage } from '../../images/raw-image.ts';
import { gaussianWindow, lumaPlane, type Plane, planeLike, shrinkByTwo } from './plane.ts';

/** Weights of the five scales, finest first (Wang, Simoncelli & Bovik 2003, section 3.2). */
const SCALE_WEIGHTS = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333] as const;

const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;
const WINDOW_LENGTH = 11;

/** Smallest side for which the window fits into the coarsest scale. */
const MIN_SIDE = WINDOW_LENGTH * 2 ** (SCALE_WEIGHTS.length - 1);

/**
 * Multi-scale structural similarity of the luma of two images of one size, in (0, 1]; 1 when they are
 * equal. Wang, Simoncelli & Bovik, "Multiscale structural similarity for image quality assessment",
 * Asilomar 2003, equation 7, with the constants, the Gaussian window (11 x 11, sigma 1.5, where it
 * fits whole) and the 2 x 2 averages between scales of the authors' implementation.
 *
 * @throws RangeError different sizes, a side under 176 pixels, or images that are each other's negative
 */
export function msSsim(reference: RawImage, distorted: RawImage): number {
  const { width, height } = reference;
  if (width !== distorted.width || height !== distorted.height) {
    throw new RangeError(
      `MS-SSIM of images of different sizes: ${width}x${height}, ${distorted.width}x${distorted.height}`,
    );
  }
  if (Math.min(width, height) < MIN_SIDE) {
    throw new RangeError(
      `MS-SSIM of an image of ${width}x${height}: its five scales need ${MIN_SIDE} pixels a side`,
    );
  }
  let x = lumaPlane(reference);
  let y = lumaPlane(distorted);
  return SCALE_WEIGHTS.reduce((product, weight, scale) => {
    if (scale > 0) {
      x = shrinkByTwo(x);
      y = shrinkByTwo(y);
    }
    const { contrastStructure, all } = meanSsim(x, y);
    const value = scale === SCALE_WEIGHTS.length - 1 ? all : contrastStructure;
    if (value < 0) {
      throw new RangeError(
        `MS-SSIM is not defined: the structures are opposed (${value} at scale ${scale + 1})`,
      );
    }
    return product * value ** weight;
  }, 1);
}

/** Means over the image of SSIM (Wang et al. 2004, equation 13) and of its contrast-structure part. */
export function meanSsim(x: Plane, y: Plane): { contrastStructure: number; all: number } {
  const meanX = gaussianWindow(x).data;
  const meanY = gaussianWindow(y).data;
  const squareX = gaussianWindow(product(x, x)).data;
  const squareY = gaussianWindow(product(y, y)).data;
  const crossXY = gaussianWindow(product(x, y)).data;
  let contrastStructure = 0;
  let all = 0;
  for (let i = 0; i < meanX.length; i++) {
    const mx = meanX[i]!;
    const my = meanY[i]!;
    const varianceX = squareX[i]! - mx * mx;
    const varianceY = squareY[i]! - my * my;
    const covariance = crossXY[i]! - mx * my;
    const cs = (2 * covariance + C2) / (varianceX + varianceY + C2);
    contrastStructure += cs;
    all += (cs * (2 * mx * my + C1)) / (mx * mx + my * my + C1);
  }
  return { contrastStructure: contrastStructure / meanX.length, all: all / meanX.length };
}

function product(x: Plane, y: Plane): Plane {
  const result = planeLike(x);
  for (let i = 0; i < result.data.length; i++) {
    result.data[i] = x.data[i]! * y.data[i]!;
  }
  return result;
}
