import sharp from 'sharp';
import type { EncodedImage } from '../judges/judge.ts';
import type { RawImage } from './raw-image.ts';
import { rawInput } from './resize.ts';

export type ImageFormat = 'png' | 'webp-lossless' | 'jpeg';

/**
 * Filters chosen row by row make a photograph's PNG a third smaller than the default (level 6, no
 * filter), and with the lower level it takes no longer: the figures are in bench/README.md.
 */
const PNG_OPTIONS = { compressionLevel: 3, adaptiveFiltering: true } as const;

/** JPEG adds errors of its own to what is rated, so it is near its best quality and unsubsampled. */
const JPEG_OPTIONS = { quality: 95, chromaSubsampling: '4:4:4' } as const;

/**
 * Name of what `encodeImage` makes of given pixels, for keys: a lossy encoding also depends on its
 * parameters and on the library.
 */
export const encodingName = (format: ImageFormat): string =>
  format === 'jpeg'
    ? `jpeg ${JPEG_OPTIONS.quality} ${JPEG_OPTIONS.chromaSubsampling} vips ${sharp.versions.vips}`
    : format;

export async function encodeImage(image: RawImage, format: ImageFormat): Promise<EncodedImage> {
  const input = rawInput(image);
  switch (format) {
    case 'png':
      return { bytes: await input.png(PNG_OPTIONS).toBuffer(), mimeType: 'image/png' };
    case 'webp-lossless':
      return { bytes: await input.webp({ lossless: true }).toBuffer(), mimeType: 'image/webp' };
    case 'jpeg':
      return { bytes: await input.jpeg(JPEG_OPTIONS).toBuffer(), mimeType: 'image/jpeg' };
  }
}
