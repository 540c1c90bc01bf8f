import type { RawImage } from '../../images/raw-image.ts';
import { luma } from './luminance.ts';
import { blockMeans, type Plane } from './plane.ts';

/** Block side, as in FISH_bb (Vu & Chandler, IEEE SPL 19(7), 2012). */
const BLOCK_PX = 16;

/** Share of blocks that is pooled. */
const SHARPEST_SHARE = 0.1;

/** Spread of the well-exposedness weight (Mertens, Kautz & Van Reeth, Pacific Graphics 2007). */
const WELL_EXPOSED_SIGMA = 0.2;

/** Well-exposedness of each luma byte: a normal curve around mid-grey. */
const WELL_EXPOSED = Float64Array.from({ length: 256 }, (_, byte) =>
  Math.exp(-((byte / 255 - 0.5) ** 2) / (2 * WELL_EXPOSED_SIGMA ** 2)),
);

/** Keeps the logarithm of a block without detail finite; far below the energy of one rounding step. */
const ENERGY_FLOOR = 0.01;

/**
 * How sharp the sharpest parts are: natural logarithm of the amplitude of fine detail (root mean
 * energy of the Laplacian of log-luminance) in blocks, averaged over the sharpest tenth of them. A
 * photograph with a blurred background is sharp where its subject is, so S3 (Vu, Phan & Chandler,
 * IEEE TIP 21(3), 2012) and FISH_bb also pool the sharpest blocks only. Pixels count by their
 * well-exposedness, because detail in near-black and near-white is not seen.
 */
export function sharpness(image: RawImage, logLuminance: Plane): number {
  const blocks = blockMeans(detailEnergy(image, logLuminance), BLOCK_PX)
    .map((energy) => 0.5 * Math.log(energy + ENERGY_FLOOR))
    .sort();
  const sharpest = blocks.subarray(-Math.max(1, Math.round(SHARPEST_SHARE * blocks.length)));
  return sharpest.reduce((sum, value) => sum + value, 0) / sharpest.length;
}

/** Squared Laplacian, weighted by well-exposedness, without the outermost pixels. */
function detailEnergy({ data: rgb, width }: RawImage, { data, height }: Plane): Plane {
  const energy = new Float32Array((width - 2) * (height - 2));
  for (let y = 1, target = 0; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++, target++) {
      const i = y * width + x;
      const laplacian =
        data[i - 1]! + data[i + 1]! + data[i - width]! + data[i + width]! - 4 * data[i]!;
      const grey = Math.round(luma(rgb[3 * i]!, rgb[3 * i + 1]!, rgb[3 * i + 2]!));
      energy[target] = WELL_EXPOSED[grey]! * laplacian * laplacian;
    }
  }
  return { data: energy, width: width - 2, height: height - 2 };
}
