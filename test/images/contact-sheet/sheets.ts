import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { ContactSheet } from '../../../src/images/contact-sheet/index.ts';
import type { RawImage } from '../../../src/images/raw-image.ts';
import { picture } from '../pictures.ts';

/** The worst case for every codec. */
export function noise(width: number, height: number, seed = 1): RawImage {
  const random = xoroshiro128plus(seed);
  const data = Uint8Array.from({ length: width * height * 3 }, () => random.next() & 255);
  return { data, width, height };
}

const NAMES = ['zoom_blur', 'spatter', 'saturate', 'fog'] as const;

/** A row's sheet with `count` conditions, all showing `image`. */
export function sheetOf(
  count: number,
  { image = picture(96, 72), skipped = [] as number[] } = {},
): ContactSheet {
  return {
    query: { image },
    conditions: Array.from({ length: count }, (_, index) => {
      const isSkipped = skipped.includes(index);
      return {
        image,
        degradation: NAMES[index % NAMES.length]!,
        severity: (index % 5) + 1,
        quality: isSkipped ? null : 0.71,
        similarity: isSkipped ? null : 0.93,
        weight: isSkipped ? 0 : 0.26,
        ...(isSkipped && { skipped: REASON }),
      };
    }),
    score: 0.7123,
    method: 'debiased, softmax',
  };
}

export const REASON =
  'no effect on this image: PSNR 45.1 dB, from 40 dB on the copy is not poor, and so on and on';
