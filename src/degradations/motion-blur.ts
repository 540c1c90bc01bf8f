import type { RawImage } from '../images/raw-image.ts';
import type { Degradation, Severity } from './degradation.ts';
import { exactExp } from './exact-exp.ts';
import { Mt19937 } from './mt19937.ts';
import { pairwiseSum } from './pairwise-sum.ts';

/** Half length of the trail in pixels, and standard deviation of its fading. */
const TRAILS: Record<Severity, { radius: number; sigma: number }> = {
  1: { radius: 10, sigma: 3 },
  2: { radius: 15, sigma: 5 },
  3: { radius: 15, sigma: 8 },
  4: { radius: 15, sigma: 12 },
  5: { radius: 20, sigma: 15 },
};

const LARGEST_ANGLE_DEGREES = 45;

interface Step {
  dx: number;
  dy: number;
  weight: number;
}

/**
 * Blurs along a straight trail of random direction, within 45 degrees of the horizontal: weights of
 * one half of a Gaussian at whole pixels, edge pixels repeated beyond the border. A trail that is as
 * long as the image is wide or high ends there, and what it lacks darkens the copy, as in the original
 * package.
 */
export const motionBlur: Degradation = {
  random: true,
  apply({ data, width, height }: RawImage, severity: Severity, seed: number): RawImage {
    const uniform = new Mt19937(seed).uniform();
    const angle = -LARGEST_ANGLE_DEGREES + 2 * LARGEST_ANGLE_DEGREES * uniform;
    const steps = trail(TRAILS[severity], (angle * Math.PI) / 180);
    const end = steps.findIndex(({ dx, dy }) => dx >= width || Math.abs(dy) >= height);
    const inside = end === -1 ? steps : steps.slice(0, end);
    const output = new Uint8Array(data.length);
    const sum = new Float64Array(width * 3);
    for (let y = 0; y < height; y++) {
      sum.fill(0);
      for (const { dx, dy, weight } of inside) {
        const row = Math.min(height - 1, Math.max(0, y + dy)) * width;
        for (let x = 0, i = 0; x < width; x++, i += 3) {
          const source = (row + Math.min(width - 1, x + dx)) * 3;
          sum[i] = sum[i]! + weight * data[source]!;
          sum[i + 1] = sum[i + 1]! + weight * data[source + 1]!;
          sum[i + 2] = sum[i + 2]! + weight * data[source + 2]!;
        }
      }
      // Sums of 255 may come out a last bit above it, and bytes wrap around.
      for (let i = 0, byte = y * width * 3; i < sum.length; i++, byte++)
        output[byte] = Math.min(255, sum[i]!);
    }
    return { data: output, width, height };
  },
};

/** The pixels that are averaged, as offsets, with weights that sum to 1; `dx` is never negative. */
function trail({ radius, sigma }: { radius: number; sigma: number }, angle: number): Step[] {
  const count = 2 * radius + 1;
  const weights = Float64Array.from(
    { length: count },
    (_, i) => exactExp(-(i * i) / (2 * (sigma * sigma))) / (Math.sqrt(2 * Math.PI) * sigma),
  );
  const total = pairwiseSum(weights);
  const [down, along] = [count * Math.sin(angle), count * Math.cos(angle)];
  const length = Math.hypot(down, along);
  return Array.from(weights, (weight, i) => ({
    dx: Math.ceil((i * along) / length - 0.5),
    dy: Math.ceil((i * down) / length - 0.5),
    weight: weight / total,
  }));
}
