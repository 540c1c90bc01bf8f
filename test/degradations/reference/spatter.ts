import type { Degradation, Severity } from '../../../src/degradations/degradation.ts';
import { gaussianBlurRows, gaussianKernel } from '../../../src/degradations/gaussian-blur.ts';
import { NormalStream } from '../../../src/degradations/normal-stream.ts';
import type { RawImage } from '../../../src/images/raw-image.ts';
import { mudSpatter } from './spatter-mud.ts';
import { waterSpatter } from './spatter-water.ts';

interface Drops {
  /** Mean and standard deviation of the random field. */
  location: number;
  scale: number;
  /** Its blur, in pixels. */
  sigma: number;
  /** Where the blurred field is liquid. */
  threshold: number;
}

const DROPS: Record<Severity, Drops> = {
  1: { location: 0.65, scale: 0.3, sigma: 4, threshold: 0.69 },
  2: { location: 0.65, scale: 0.3, sigma: 3, threshold: 0.68 },
  3: { location: 0.65, scale: 0.3, sigma: 2, threshold: 0.68 },
  4: { location: 0.65, scale: 0.3, sigma: 1, threshold: 0.65 },
  5: { location: 0.67, scale: 0.4, sigma: 1, threshold: 0.65 },
};

/** How strongly water brightens, by severity. */
const WATER_STRENGTH = { 1: 0.6, 2: 0.6, 3: 0.5 } as const;

/** Drops of water (severities 1 to 3) or mud (4, 5). They have pixel scale: they do not grow with the image. */
export const spatter: Degradation = {
  random: true,
  apply(image: RawImage, severity: Severity, seed: number): RawImage {
    if (severity <= 3) {
      const strength = WATER_STRENGTH[severity as 1 | 2 | 3];
      // The field lies between 0 and about 1; below the threshold it counts as 0.
      const liquid = liquidMap(image, DROPS[severity], seed, (level, threshold) =>
        level < threshold ? 0 : level * 255,
      );
      return waterSpatter(image, liquid, strength);
    }
    const mud = liquidMap(image, DROPS[severity], seed, (level, threshold) =>
      level > threshold ? 1 : 0,
    );
    return mudSpatter(image, mud);
  },
};

/** The blurred random field as bytes, by `toByte`, whose result is truncated. */
function liquidMap(
  { width, height }: RawImage,
  { location, scale, sigma, threshold }: Drops,
  seed: number,
  toByte: (level: number, threshold: number) => number,
): Uint8Array {
  const normals = new NormalStream(seed);
  const map = new Uint8Array(width * height);
  let position = 0;
  gaussianBlurRows({
    width,
    height,
    kernel: gaussianKernel(sigma),
    readRow: (row) => normals.fill(row, location, scale),
    writeRow: (row) => {
      for (let x = 0; x < width; x++) map[position++] = toByte(row[x]!, threshold);
    },
  });
  return map;
}
