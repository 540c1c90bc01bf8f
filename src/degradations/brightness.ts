import type { RawImage } from '../images/raw-image.ts';
import { BYTE_AS_FLOAT64 } from './bytes.ts';
import type { Degradation, Severity } from './degradation.ts';
import { toHsv, writeHsv } from './hsv.ts';

/** Added to the HSV value, in units of the whole range of levels. */
const OFFSETS: Record<Severity, number> = { 1: 0.1, 2: 0.2, 3: 0.3, 4: 0.4, 5: 0.5 };

/** Raises the HSV value, clipped at white; hue and saturation stay, and black becomes grey. */
export const brightness: Degradation = {
  random: false,
  apply({ data, width, height }: RawImage, severity: Severity): RawImage {
    const offset = OFFSETS[severity];
    const output = new Uint8Array(data.length);
    for (let i = 0; i < data.length; i += 3) {
      const hsv = toHsv(
        BYTE_AS_FLOAT64[data[i]!]!,
        BYTE_AS_FLOAT64[data[i + 1]!]!,
        BYTE_AS_FLOAT64[data[i + 2]!]!,
      );
      hsv.value = Math.min(1, hsv.value + offset);
      writeHsv(hsv, output, i);
    }
    return { data: output, width, height };
  },
};
