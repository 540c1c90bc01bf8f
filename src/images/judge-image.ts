import type { EncodedImage, JudgeImage } from '../judges/judge.ts';
import type { RawImage } from './raw-image.ts';

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
