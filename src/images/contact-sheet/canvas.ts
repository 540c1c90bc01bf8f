import type { RawImage } from '../raw-image.ts';

/** Pixels to draw on. Whole sheets go through here, which is twice as fast as compositing in sharp. */

export function createCanvas(
  width: number,
  height: number,
  [red, green, blue]: readonly [number, number, number],
): RawImage {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < data.length; i += 3) {
    data[i] = red;
    data[i + 1] = green;
    data[i + 2] = blue;
  }
  return { data, width, height };
}

/** Copies a picture onto the canvas, which must hold all of it. */
export function paste(canvas: RawImage, picture: RawImage, left: number, top: number): void {
  if (left + picture.width > canvas.width || top + picture.height > canvas.height) {
    throw new RangeError(
      `${picture.width}x${picture.height} at ${left},${top} does not fit on ${canvas.width}x${canvas.height}`,
    );
  }
  const rowLength = picture.width * 3;
  if (picture.data.length !== rowLength * picture.height) {
    throw new RangeError(
      `${picture.data.length} bytes are no RGB picture of ${picture.width}x${picture.height}`,
    );
  }
  for (let y = 0; y < picture.height; y++) {
    const row = picture.data.subarray(y * rowLength, (y + 1) * rowLength);
    canvas.data.set(row, ((top + y) * canvas.width + left) * 3);
  }
}

/** Blends an overlay of the canvas' size over it: `rgba` holds interleaved R, G, B, A bytes. */
export function blendOver(canvas: RawImage, rgba: Uint8Array): void {
  const { data } = canvas;
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    const alpha = rgba[from + 3]!;
    if (alpha === 0) continue;
    for (let channel = 0; channel < 3; channel++) {
      const below = data[to + channel]!;
      const above = rgba[from + channel]!;
      data[to + channel] = below + Math.round(((above - below) * alpha) / 255);
    }
  }
}
