import type { EncodedImage, JudgeImage } from '../judges/judge.ts';
import type { HashedImage } from '../pixel-worker.ts';

/**
 * Wraps pixels as a judge gets them.
 *
 * @param encode called once, when an encoding is first asked for
 */
export function createJudgeImage(
  role: JudgeImage['role'],
  image: HashedImage,
  encoding: string,
  encode: (image: HashedImage) => Promise<EncodedImage>,
): JudgeImage {
  let encoded: Promise<EncodedImage> | undefined;
  return {
    role,
    width: image.width,
    height: image.height,
    sha256: image.sha256,
    encoding,
    pixels: async () => image,
    encoded: () => {
      encoded ??= encode(image);
      return encoded;
    },
  };
}
