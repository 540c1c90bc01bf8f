import type { EncodedImage } from './encode.ts';
import type { RawImage } from './raw-image.ts';

/** An image as a judge gets it: exactly what is (or would be) sent, made on first use and only once. */
export interface JudgeImage {
  /** What the image is in the method; its place in the message is given by `Question.content`. */
  role: 'query' | 'conditional' | 'anchor';
  /** Size as sent, in pixels. */
  width: number;
  height: number;
  /** SHA-256 (hex) of the pixels as sent. */
  sha256: string;
  /** How the pixels are encoded where an image is sent: `png`. */
  encoding: string;
  pixels(): Promise<RawImage>;
  encoded(): Promise<EncodedImage>;
}

/**
 * An image as a judge gets it.
 *
 * @param pixels called when the pixels or their encoding are asked for
 * @param encode called once, when an encoding is first asked for
 */
export function createJudgeImage<Image extends RawImage>(
  role: JudgeImage['role'],
  { sha256, width, height }: { sha256: string; width: number; height: number },
  encoding: string,
  pixels: () => Promise<Image>,
  encode: (image: Image) => Promise<EncodedImage>,
): JudgeImage {
  let encoded: Promise<EncodedImage> | undefined;
  return {
    role,
    width,
    height,
    sha256,
    encoding,
    pixels,
    encoded: () => {
      encoded ??= pixels().then(encode);
      return encoded;
    },
  };
}
