import type { RawImage } from '../images/raw-image.ts';
import { BYTE_AS_FLOAT64, truncateToByte } from './bytes.ts';
import type { Degradation, Severity } from './degradation.ts';

/** HSV saturation becomes `clip(saturation * factor + offset)`. */
export const CHANGES: Record<Severity, { factor: number; offset: number }> = {
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
      const r = BYTE_AS_FLOAT64[data[i] as number] as number;
      const g = BYTE_AS_FLOAT64[data[i + 1] as number] as number;
      const b = BYTE_AS_FLOAT64[data[i + 2] as number] as number;
      const v = Math.max(r, g, b);
      const d = v - Math.min(r, g, b);
      let h = 0;
      let s = 0;
      if (d !== 0) {
        s = d / v;
        // Blue wins ties, then green.
        if (b === v) h = 4 + (r - g) / d;
        else if (g === v) h = 2 + (b - r) / d;
        else h = (g - b) / d;
        h /= 6;
        // h lies in -1/6..5/6, so the remainder modulo 1 is h itself; 1 is added only below 0.
        if (h < 0) h += 1;
      }
      s = s * factor + offset;
      if (s > 1) s = 1;
      const scaledHue = h * 6;
      const sector = Math.floor(scaledHue);
      const f = scaledHue - sector;
      const p = truncateToByte(v * (1 - s));
      const q = truncateToByte(v * (1 - f * s));
      const t = truncateToByte(v * (1 - (1 - f) * s));
      const top = truncateToByte(v);
      switch (sector % 6) {
        case 0:
          output[i] = top;
          output[i + 1] = t;
          output[i + 2] = p;
          break;
        case 1:
          output[i] = q;
          output[i + 1] = top;
          output[i + 2] = p;
          break;
        case 2:
          output[i] = p;
          output[i + 1] = top;
          output[i + 2] = t;
          break;
        case 3:
          output[i] = p;
          output[i + 1] = q;
          output[i + 2] = top;
          break;
        case 4:
          output[i] = t;
          output[i + 1] = p;
          output[i + 2] = top;
          break;
        default:
          output[i] = top;
          output[i + 1] = p;
          output[i + 2] = q;
      }
    }
    return { data: output, width, height };
  },
};
