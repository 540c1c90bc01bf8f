import type { RawImage } from '../images/raw-image.ts';
import type { Degradation, Severity } from './degradation.ts';

/** How far below the middle the tone curve passes (KADID-10k, distortion 17, `imdarken`). */
const AMOUNTS: Record<Severity, number> = { 1: 0.05, 2: 0.1, 3: 0.2, 4: 0.4, 5: 0.8 };

/**
 * Darkens by a tone curve as in KADID-10k: the parabola through (0, 0), (1/2, (1 - amount) / 2) and
 * (1, 1), clipped at black.
 */
export const darkness: Degradation = {
  random: false,
  apply({ data, width, height }: RawImage, severity: Severity): RawImage {
    const amount = AMOUNTS[severity];
    const curve = Uint8ClampedArray.from({ length: 256 }, (_, level) => {
      const x = level / 255;
      return 255 * x * (2 * amount * x + 1 - 2 * amount);
    });
    return { data: data.map((level) => curve[level]!), width, height };
  },
};
