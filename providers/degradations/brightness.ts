import type { RawImage } from '../images/raw-image.ts';
import type { Degradation, Severity } from './degradation.ts';

/** Added to the HSV value, in units of the whole range of levels (ImageNet-C). */
const OFFSETS: Record<Severity, number> = { 1: 0.1, 2: 0.2, 3: 0.3, 4: 0.4, 5: 0.5 };

/**
 * Raises the HSV value, clipped at white; hue and saturation stay. All three channels are
 * proportional to the value, so they are scaled by its change, and black becomes grey.
 */
export const brightness: Degradation = {
  random: false,
  apply({ data, width, height }: RawImage, severity: Severity): RawImage {
    const offset = 255 * OFFSETS[severity];
    const output = new Uint8ClampedArray(data.length);
    for (let i = 0; i < data.length; i += 3) {
      const value = Math.max(data[i] as number, data[i + 1] as number, data[i + 2] as number);
      const raised = Math.min(255, value + offset);
      for (let c = i; c < i + 3; c++)
        output[c] = value === 0 ? raised : ((data[c] as number) * raised) / value;
    }
    return { data: new Uint8Array(output.buffer), width, height };
  },
};
