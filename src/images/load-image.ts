import { z } from 'zod';
import { ConfigError, parseConfig } from '../common/config-error.ts';
import { decodeImage } from './decode.ts';
import { readImageFile } from './image-file.ts';
import type { RawImage } from './raw-image.ts';

/** Files with more pixels are refused before they are decoded, unless set otherwise. */
export const MAX_INPUT_PIXELS = 64_000_000;

export interface LoadImageOptions {
  /** Whether `source` may be an http(s) URL; private addresses are never fetched. Default: false. */
  allowRemoteImages?: boolean;
  /** Larger files are refused before they are decoded. Default: 64,000,000. */
  maxInputPixels?: number;
}

const optionsSchema = z.strictObject({
  allowRemoteImages: z.boolean().default(false),
  maxInputPixels: z.int().positive().default(MAX_INPUT_PIXELS),
});

/**
 * Reads and decodes an image as the provider does: 8-bit sRGB, EXIF orientation applied, embedded colour
 * profile converted, transparency on white, the first frame of an animation, the page of full resolution of a
 * TIFF.
 *
 * @param source path (relative to the working directory), `file://` URL, `data:` URI, http(s) URL where that
 *   is allowed, or the bytes of a file
 * @returns `data` holds interleaved R, G, B bytes, `width * height * 3` of them
 * @throws ImageError missing, unreadable, not an image or of a format that is not read, incomplete, damaged,
 *   too large, remote without leave; the message names the image and says what to do. ConfigError an unknown
 *   option, or a source that is none of these
 * @example
 * const photo = await loadImage('photo.jpg');
 * const blurred = degrade(photo, 'zoom_blur', 3, { seed: 0 });
 * [blurred.width, blurred.height]; // [64, 48]
 */
export async function loadImage(
  source: string | Uint8Array,
  options: LoadImageOptions = {},
): Promise<RawImage> {
  if (!(typeof source === 'string' ? source.trim() : source instanceof Uint8Array)) {
    throw new ConfigError(
      `loadImage: source is ${typeof source === 'string' ? 'empty' : typeof source}; give a path, a URL or a Uint8Array of a file's bytes`,
    );
  }
  const { maxInputPixels, allowRemoteImages } = parseConfig(
    optionsSchema,
    options,
    'loadImage: options',
  );
  const file = await readImageFile(source, { allowRemoteImages });
  const { data, width, height } = await decodeImage(file, maxInputPixels);
  return { data: new Uint8Array(data.buffer, data.byteOffset, data.length), width, height };
}
