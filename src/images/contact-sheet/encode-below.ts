import type { EncodedImage } from '../encode.ts';
import type { RawImage } from '../raw-image.ts';
import { rawInput } from '../resize.ts';

/** From good to poor; text stays legible down to the last. */
const QUALITIES = [70, 50, 30, 15, 5];
const SHRINK = 0.8;

/**
 * Encodes as WebP with the best quality that stays within `maxBytes`; where none does, the picture
 * is made smaller. The same pixels always give the same bytes.
 */
export async function encodeBelow(
  image: RawImage,
  maxBytes: number,
): Promise<EncodedImage & { width: number; height: number }> {
  for (let scale = 1; ; scale *= SHRINK) {
    const width = Math.max(1, Math.round(image.width * scale));
    const height = Math.max(1, Math.round(image.height * scale));
    for (const quality of QUALITIES) {
      const bytes = await rawInput(image)
        .resize({ width, height, fit: 'fill' })
        .webp({ quality, effort: 2, smartSubsample: false })
        .toBuffer();
      if (bytes.length <= maxBytes || (width === 1 && height === 1))
        return { bytes, mimeType: 'image/webp', width, height };
    }
  }
}
