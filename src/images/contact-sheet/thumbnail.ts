import type { EncodedImage } from '../encode.ts';
import type { RawImage } from '../raw-image.ts';
import { resizeImage } from '../resize.ts';
import { visiblePart } from '../visible-part.ts';
import { encodeBelow } from './encode-below.ts';

/** A var of every row holds one, and promptfoo's table loads all rows. */
const MAX_BYTES = 8_000;

/**
 * A small WebP of an image, of at most 8,000 bytes; one that is small already keeps its size, and of a very
 * long one the middle is shown.
 *
 * @param maxSide longest side in pixels
 */
export async function renderThumbnail(whole: RawImage, maxSide = 160): Promise<EncodedImage> {
  const image = visiblePart(whole);
  const scale = Math.min(1, maxSide / Math.max(image.width, image.height));
  const small = await resizeImage(image, {
    width: Math.max(1, Math.round(image.width * scale)),
    height: Math.max(1, Math.round(image.height * scale)),
  });
  const { bytes, mimeType } = await encodeBelow(small, MAX_BYTES);
  return { bytes, mimeType };
}
