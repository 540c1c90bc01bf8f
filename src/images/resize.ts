import sharp, { type Sharp } from 'sharp';
import type { RawImage } from './raw-image.ts';

/**
 * The size at which an image of `width` x `height` is sent: the same, or shrunk by one factor so that
 * it has at most `maxPixels`.
 */
export function sentSize(
  { width, height }: { width: number; height: number },
  maxPixels: number | 'unlimited',
): { width: number; height: number } {
  if (maxPixels === 'unlimited' || width * height <= maxPixels) return { width, height };
  const factor = Math.sqrt(maxPixels / (width * height));
  return {
    width: Math.max(1, Math.floor(width * factor)),
    height: Math.max(1, Math.floor(height * factor)),
  };
}

/** Resizes with Lanczos 3; an image that has the size already is returned as it is. */
export async function resizeImage(
  image: RawImage,
  size: { width: number; height: number },
): Promise<RawImage> {
  if (image.width === size.width && image.height === size.height) return image;
  const data = await rawInput(image)
    .resize({ ...size, fit: 'fill', kernel: 'lanczos3' })
    .raw()
    .toBuffer();
  return { data, ...size };
}

/** sharp on raw pixels. Shared memory is copied: sharp takes plain buffers only. */
export const rawInput = ({ data, width, height }: RawImage): Sharp =>
  sharp(data.buffer instanceof SharedArrayBuffer ? new Uint8Array(data) : data, {
    raw: { width, height, channels: 3 },
    limitInputPixels: false,
  });
