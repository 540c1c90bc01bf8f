import type { RawImage } from '../images/raw-image.ts';
import { BYTE_AS_FLOAT64, truncateToByte } from './bytes.ts';
import type { Degradation, Severity } from './degradation.ts';

/** What is left of a level's distance from the mean. */
const FACTORS: Record<Severity, number> = { 1: 0.4, 2: 0.3, 3: 0.2, 4: 0.1, 5: 0.05 };

/** Draws every channel towards its mean over the image. */
export const contrast: Degradation = {
  random: false,
  apply({ data, width, height }: RawImage, severity: Severity): RawImage {
    const factor = FACTORS[severity];
    const means = channelMeans(data);
    const output = new Uint8Array(data.length);
    for (let i = 0; i < data.length; i++) {
      const mean = means[i % 3]!;
      const level = BYTE_AS_FLOAT64[data[i]!]!;
      output[i] = truncateToByte((level - mean) * factor + mean);
    }
    return { data: output, width, height };
  },
};

/** Levels 0..1, added pixel by pixel as the reference does: another order rounds differently. */
function channelMeans(data: Uint8Array): Float64Array {
  const sums = new Float64Array(3);
  for (let i = 0; i < data.length; i++) sums[i % 3] = sums[i % 3]! + BYTE_AS_FLOAT64[data[i]!]!;
  return sums.map((sum) => sum / (data.length / 3));
}
