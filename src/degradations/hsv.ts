import { truncateToByte } from './bytes.ts';

/** Hue, saturation and value of a colour, each 0..1. */
export interface Hsv {
  hue: number;
  saturation: number;
  value: number;
}

/** Levels 0..1, by the arithmetic of scikit-image to the last bit. */
export function toHsv(red: number, green: number, blue: number): Hsv {
  const value = Math.max(red, green, blue);
  const range = value - Math.min(red, green, blue);
  if (range === 0) return { hue: 0, saturation: 0, value };
  // Blue wins ties, then green.
  const sextant =
    blue === value
      ? 4 + (red - green) / range
      : green === value
        ? 2 + (blue - red) / range
        : (green - blue) / range;
  // It lies in -1/6..5/6, so the remainder modulo 1 is itself; 1 is added only below 0.
  const turn = sextant / 6;
  return { hue: turn < 0 ? turn + 1 : turn, saturation: range / value, value };
}

/** Writes a colour as three bytes, truncated, at `index` of `output`. */
export function writeHsv({ hue, saturation, value }: Hsv, output: Uint8Array, index: number): void {
  const scaledHue = hue * 6;
  const sector = Math.floor(scaledHue);
  const f = scaledHue - sector;
  const p = truncateToByte(value * (1 - saturation));
  const q = truncateToByte(value * (1 - f * saturation));
  const t = truncateToByte(value * (1 - (1 - f) * saturation));
  const v = truncateToByte(value);
  const [red, green, blue] = sectorColours(sector % 6, v, p, q, t);
  output[index] = red;
  output[index + 1] = green;
  output[index + 2] = blue;
}

function sectorColours(
  sector: number,
  v: number,
  p: number,
  q: number,
  t: number,
): [number, number, number] {
  switch (sector) {
    case 0:
      return [v, t, p];
    case 1:
      return [q, v, p];
    case 2:
      return [p, v, t];
    case 3:
      return [p, q, v];
    case 4:
      return [t, p, v];
    default:
      return [v, p, q];
  }
}
