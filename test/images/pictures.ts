import type { RawImage } from '../../src/images/raw-image.ts';

/** A colourful picture given by a formula, so that tests need no image file. */
export function picture(width: number, height: number): RawImage {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) {
        data[(y * width + x) * 3 + c] =
          ((x * x * (c + 1) + y * y * 3 + x * y * (2 + c)) >> 5) & 255;
      }
    }
  }
  return { data, width, height };
}

/** A picture of one colour. */
export function flat(width: number, height: number, [r, g, b]: [number, number, number]): RawImage {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < data.length; i += 3) data.set([r, g, b], i);
  return { data, width, height };
}

/** The colour of one pixel. */
export function pixelAt({ data, width }: RawImage, x: number, y: number): number[] {
  const start = (y * width + x) * 3;
  return [...data.subarray(start, start + 3)];
}
