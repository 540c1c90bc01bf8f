import sharp from 'sharp';
import type { RawImage } from './raw-image.ts';
import { rawInput } from './resize.ts';

export interface EncodedImage {
  bytes: Uint8Array;
  mimeType: 'image/png' | 'image/jpeg' | 'image/webp';
}

export type ImageFormat = 'png' | 'webp-lossless' | 'jpeg';

/** Chosen by `node bench/png.ts`: filters save a third of what is sent, and more than this level hardly any. */
export const PNG_OPTIONS = { compressionLevel: 3, adaptiveFiltering: true } as const;

/** JPEG adds errors of its own to what is rated, so it is near its best quality and unsubsampled. */
const JPEG_OPTIONS = { quality: 95, chromaSubsampling: '4:4:4' } as const;

/**
 * Name of what a judge sees of given pixels, for keys. Of an encoding without loss that is the pixels,
 * however they are packed; a lossy one also depends on its parameters and on the library.
 */
export const encodingName = (format: ImageFormat): string =>
  format === 'jpeg'
    ? `jpeg ${JPEG_OPTIONS.quality} ${JPEG_OPTIONS.chromaSubsampling} vips ${sharp.versions.vips}`
    : format;

export async function encodeImage(image: RawImage, format: ImageFormat): Promise<EncodedImage> {
  switch (format) {
    case 'png':
      return { bytes: await rawInput(image).png(PNG_OPTIONS).toBuffer(), mimeType: 'image/png' };
    case 'webp-lossless':
      return {
        bytes: await rawInput(image).webp({ lossless: true }).toBuffer(),
        mimeType: 'image/webp',
      };
    case 'jpeg':
      return { bytes: await rawInput(image).jpeg(JPEG_OPTIONS).toBuffer(), mimeType: 'image/jpeg' };
  }
}
