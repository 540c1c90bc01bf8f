import sharp from 'sharp';
import type { EncodedImage } from '../judges/judge.ts';
import { encodePng } from './png.ts';
import type { RawImage } from './raw-image.ts';
import { rawInput } from './resize.ts';

export type ImageFormat = 'png' | 'webp-lossless' | 'jpeg';

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
  switch (format) {
    case 'png':
      return { bytes: encodePng(image), mimeType: 'image/png' };
    case 'webp-lossless':
      return {
        bytes: await rawInput(image).webp({ lossless: true }).toBuffer(),
        mimeType: 'image/webp',
      };
    case 'jpeg':
      return { bytes: await rawInput(image).jpeg(JPEG_OPTIONS).toBuffer(), mimeType: 'image/jpeg' };
  }
}
