import type { RawImage } from '../../images/raw-image.ts';
import { luminanceOf } from './luminance.ts';
import type { Plane } from './plane.ts';

/** Luminance of mid-grey relative to white (Reinhard, Stark, Shirley & Ferwerda, SIGGRAPH 2002). */
const MID_GREY = 0.18;

/**
 * The key of the picture: its log-average luminance (Reinhard et al. 2002) as natural logarithm
 * relative to mid-grey; 0 is mid-grey, negative is darker.
 */
export function logKey({ data }: Plane): number {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i]!;
  return Math.log(luminanceOf(sum / data.length) / MID_GREY);
}

/**
 * Share of samples, 0..1, at the top of what their channel reaches (its largest value or one below),
 * averaged over the channels. Where highlights were clipped they form such a plateau, also when the
 * picture was darkened afterwards, so the plateau is looked for at the image's own maximum, not at 255.
 */
export function clippedShare({ data }: RawImage): number {
  const counts = [new Uint32Array(256), new Uint32Array(256), new Uint32Array(256)] as const;
  for (let i = 0; i < data.length; i += 3) {
    increment(counts[0], data[i]!);
    increment(counts[1], data[i + 1]!);
    increment(counts[2], data[i + 2]!);
  }
  const samples = data.length / 3;
  const shares = counts.map((histogram) => {
    const maximum = histogram.findLastIndex((count) => count > 0);
    const below = maximum > 0 ? histogram[maximum - 1]! : 0;
    return (histogram[maximum]! + below) / samples;
  });
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

function increment(histogram: Uint32Array, value: number): void {
  histogram[value] = histogram[value]! + 1;
}
