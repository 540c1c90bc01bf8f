import { blockMeans, type Plane } from './plane.ts';

/** Patch side of Metric Q (Zhu & Milanfar, IEEE TIP 19(12), 2010). */
const BLOCK_PX = 8;

/**
 * Gradient energy that rounding to 8 bits alone causes: variance 1/12 through the two Sobel kernels
 * (12 / 64 each). Below it a block counts as flat and clean, not as incoherent.
 */
const ROUNDING_ENERGY = (2 * (12 / 64)) / 12;

/**
 * How much of the local gradients is structure rather than noise: mean over blocks of the natural
 * logarithm of the structure tensor's coherence (l1 - l2) / (l1 + l2), l1 >= l2 its eigenvalues.
 * Edges, lines and clean flat areas give values near 0, noise and compression dirt strongly negative
 * ones. The idea of Metric Q: noise raises both eigenvalues alike.
 */
export function coherence(plane: Plane): number {
  const { xx, yy, xy } = structureTensor(plane);
  const meanXx = blockMeans(xx, BLOCK_PX);
  const meanYy = blockMeans(yy, BLOCK_PX);
  const meanXy = blockMeans(xy, BLOCK_PX);
  let sum = 0;
  for (let i = 0; i < meanXx.length; i++) {
    const a = meanXx[i]!;
    const b = meanYy[i]!;
    const difference = Math.hypot(a - b, 2 * meanXy[i]!);
    sum += Math.log((difference + ROUNDING_ENERGY) / (a + b + ROUNDING_ENERGY));
  }
  return sum / meanXx.length;
}

function structureTensor({ data, width, height }: Plane) {
  const size = (width - 2) * (height - 2);
  const xx = new Float32Array(size);
  const yy = new Float32Array(size);
  const xy = new Float32Array(size);
  for (let y = 1, target = 0; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++, target++) {
      const i = y * width + x;
      const topLeft = data[i - width - 1]!;
      const topRight = data[i - width + 1]!;
      const bottomLeft = data[i + width - 1]!;
      const bottomRight = data[i + width + 1]!;
      const horizontal =
        (topRight + bottomRight - topLeft - bottomLeft + 2 * (data[i + 1]! - data[i - 1]!)) / 8;
      const vertical =
        (bottomLeft +
          bottomRight -
          topLeft -
          topRight +
          2 * (data[i + width]! - data[i - width]!)) /
        8;
      xx[target] = horizontal * horizontal;
      yy[target] = vertical * vertical;
      xy[target] = horizontal * vertical;
    }
  }
  const sides = { width: width - 2, height: height - 2 };
  return { xx: { data: xx, ...sides }, yy: { data: yy, ...sides }, xy: { data: xy, ...sides } };
}
