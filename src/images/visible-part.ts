import type { RawImage } from './raw-image.ts';

/** Longer side to shorter side of what is shown of an image: more of it would be a line on a small picture. */
export const MAX_SHOWN_RATIO = 4;

/** Whether a picture of an image shows its middle alone. */
export const isCropped = ({ width, height }: { width: number; height: number }): boolean =>
  Math.max(width, height) > MAX_SHOWN_RATIO * Math.min(width, height);

/** What is shown of an image in small: all of it, or the middle of a very long or very tall one. */
export function visiblePart(image: RawImage): RawImage {
  if (!isCropped(image)) return image;
  const side = MAX_SHOWN_RATIO * Math.min(image.width, image.height);
  const width = Math.min(image.width, side);
  const height = Math.min(image.height, side);
  const left = Math.floor((image.width - width) / 2);
  const top = Math.floor((image.height - height) / 2);
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const start = ((top + y) * image.width + left) * 3;
    data.set(image.data.subarray(start, start + width * 3), y * width * 3);
  }
  return { data, width, height };
}
