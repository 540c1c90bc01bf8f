import type { RawImage } from '../images/raw-image.ts';
import type { Degradation, Severity } from './degradation.ts';
import { Mt19937 } from './mt19937.ts';

/** Half length of the trail in pixels, and standard deviation of its fading (ImageNet-C). */
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
 * one half of a Gaussian at whole pixels, edge pixels repeated beyond the border.
 */
export const motionBlur: Degradation = {
  random: true,
  apply({ data, width, height }: RawImage, severity: Severity, seed: number): RawImage {
    const angle = LARGEST_ANGLE_DEGREES * (2 * new Mt19937(seed).uniform() - 1);
    const steps = trail(TRAILS[severity], (angle * Math.PI) / 180);
    const output = new Uint8ClampedArray(data.length);
    const sum = new Float64Array(width * 3);
    for (let y = 0; y < height; y++) {
      sum.fill(0);
      for (const { dx, dy, weight } of steps) {
        const row = Math.min(height - 1, Math.max(0, y + dy)) * width;
        for (let x = 0, i = 0; x < width; x++, i += 3) {
          const source = (row + Math.min(width - 1, x + dx)) * 3;
          sum[i] = (sum[i] as number) + weight * (data[source] as number);
          sum[i + 1] = (sum[i + 1] as number) + weight * (data[source + 1] as number);
          sum[i + 2] = (sum[i + 2] as number) + weight * (data[source + 2] as number);
        }
      }
      output.set(sum, y * width * 3);
    }
    return { data: new Uint8Array(output.buffer), width, height };
  },
};

/** The pixels that are averaged, as offsets, with weights that sum to 1; `dx` is never negative. */
function trail({ radius, sigma }: { radius: number; sigma: number }, angle: number): Step[] {
  const weights = Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-(i * i) / (2 * sigma * sigma)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight, i) => ({
    dx: Math.ceil(i * Math.cos(angle) - 0.5),
    dy: Math.ceil(i * Math.sin(angle) - 0.5),
    weight: weight / total,
  }));
}
