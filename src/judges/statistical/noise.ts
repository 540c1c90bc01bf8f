import { blockMeans, type Plane } from './plane.ts';

const BLOCK_PX = 16;

/** The estimate is read off the quietest blocks: a photograph has some without texture. */
const QUIET_PERCENTILE = 0.1;

/**
 * Standard deviation of the noise, in levels of the plane: Immerkaer's fast estimate (CVIU 64(2),
 * 1996, a mask that cancels everything but noise, mean magnitude times sqrt(pi / 2) / 6), taken in
 * blocks, and the 10th percentile of the blocks so that texture is not counted as noise.
 */
export function noiseSigma({ data, width, height }: Plane): number {
  const magnitude = new Float32Array((width - 2) * (height - 2));
  for (let y = 1, target = 0; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++, target++) {
      const i = y * width + x;
      magnitude[target] = Math.abs(
        data[i - width - 1]! -
          2 * data[i - width]! +
          data[i - width + 1]! -
          2 * (data[i - 1]! - 2 * data[i]! + data[i + 1]!) +
          data[i + width - 1]! -
          2 * data[i + width]! +
          data[i + width + 1]!,
      );
    }
  }
  const blocks = blockMeans(
    { data: magnitude, width: width - 2, height: height - 2 },
    BLOCK_PX,
  ).sort();
  const quiet = blocks[Math.floor(QUIET_PERCENTILE * (blocks.length - 1))]!;
  return (Math.sqrt(Math.PI / 2) / 6) * quiet;
}
