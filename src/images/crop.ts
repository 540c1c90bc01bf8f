import type { RawImage } from './raw-image.ts';

/**
 * A piece of an image, copied.
 *
 * @param place in pixels; it lies inside the image
 */
export function cropImage(
  { data, width }: RawImage,
  place: { left: number; top: number; width: number; height: number },
): RawImage {
  const cropped = new Uint8Array(3 * place.width * place.height);
  for (let row = 0; row < place.height; row++) {
    const start = 3 * ((place.top + row) * width + place.left);
    cropped.set(data.subarray(start, start + 3 * place.width), 3 * place.width * row);
  }
  return { data: cropped, width: place.width, height: place.height };
}
