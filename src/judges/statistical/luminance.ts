import type { RawImage } from '../../images/raw-image.ts';
import type { Plane } from './plane.ts';

/** Linear value, 0..1, of each sRGB byte (IEC 61966-2-1). */
const LINEAR = Float64Array.from({ length: 256 }, (_, byte) => {
  const value = byte / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
});

/** Viewing flare relative to white: sRGB's encoding viewing environment, 1.0 % (Stokes et al. 1996). */
const VIEWING_FLARE = 0.01;

/** Log-luminance levels a decade: white and black lie two decades apart, so this spans 0..255. */
const LEVELS_PER_DECADE = 127.5;
const LEVELS_PER_E = LEVELS_PER_DECADE / Math.LN10;

/**
 * Relative luminance as seen: log10 of luminance plus viewing flare, scaled to 0 (black) .. 255
 * (white). Equal steps are equal contrasts (Weber-Fechner), so a global gain changes no difference;
 * around mid-grey one level is about one sRGB grey level.
 */
export function logLuminance({ data, width, height }: RawImage): Plane {
  const plane = new Float32Array(width * height);
  for (let i = 0, source = 0; i < plane.length; i++, source += 3) {
    const luminance =
      0.2126 * LINEAR[data[source]!]! +
      0.7152 * LINEAR[data[source + 1]!]! +
      0.0722 * LINEAR[data[source + 2]!]!;
    plane[i] = LEVELS_PER_E * Math.log(1 + luminance / VIEWING_FLARE);
  }
  return { data: plane, width, height };
}

/** Inverse of the scale of `logLuminance`: luminance plus flare, relative to white. */
export const luminanceOf = (level: number): number =>
  VIEWING_FLARE * Math.exp(level / LEVELS_PER_E);

/** Luma of an sRGB pixel, 0..255 (Rec. 601, as in JPEG). */
export const luma = (red: number, green: number, blue: number): number =>
  0.299 * red + 0.587 * green + 0.114 * blue;
