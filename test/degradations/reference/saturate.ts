import { BYTE_AS_FLOAT64 } from '../../../src/degradations/bytes.ts';
import type { Degradation, Severity } from '../../../src/degradations/degradation.ts';
import { toHsv, writeHsv } from '../../../src/degradations/hsv.ts';
import type { RawImage } from '../../../src/images/raw-image.ts';

/** HSV saturation becomes `clip(saturation * factor + offset)`. */
const CHANGES: Record<Severity, { factor: number; offset: number }> = {
  1: { factor: 0.3, offset: 0 },
  2: { factor: 0.1, offset: 0 },
  3: { factor: 2, offset: 0 },
  4: { factor: 5, offset: 0.1 },
  5: { factor: 20, offset: 0.2 },
};

/**
 * Changes the saturation in HSV. Short cuts such as `v - (v - c) * s'/s` are off by one in a
 * hundredth of the bytes, so each pixel goes to HSV and back in double precision.
 */
export const saturate: Degradation = {
  random: false,
  apply({ data, width, height }: RawImage, severity: Severity): RawImage {
    const { factor, offset } = CHANGES[severity];
    const output = new Uint8Array(data.length);
    for (let i = 0; i < data.length; i += 3) {
      const hsv = toHsv(
        BYTE_AS_FLOAT64[data[i]!]!,
        BYTE_AS_FLOAT64[data[i + 1]!]!,
        BYTE_AS_FLOAT64[data[i + 2]!]!,
      );
      hsv.saturation = Math.min(1, hsv.saturation * factor + offset);
      writeHsv(hsv, output, i);
    }
    return { data: output, width, height };
  },
};
