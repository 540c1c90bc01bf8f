import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RawImage } from '../../../src/images/raw-image.ts';

/**
 * Dead leaves (Matheron; Lee, Mumford & Huang 2001): discs with radii distributed as r^-3 cover one
 * another, which gives the edges, flat areas and power spectrum of photographs. Each leaf carries a
 * faint stripe texture.
 */
export function deadLeaves(width: number, height: number, seed: number): RawImage {
  const random = xoroshiro128plus(seed);
  const draw = (low: number, high: number) => low + (high - low) * uniformFloat64(random);
  const data = new Uint8Array(width * height * 3).fill(110);
  const [smallest, largest] = [3, Math.min(width, height) / 3];
  for (let leaf = 0; leaf < 3000; leaf++) {
    const radius = 1 / Math.sqrt(draw(largest ** -2, smallest ** -2));
    const [centreX, centreY] = [draw(0, width), draw(0, height)];
    const colour = [draw(30, 225), draw(30, 225), draw(30, 225)];
    const [stripeX, stripeY] = [draw(-1, 1), draw(-1, 1)];
    const top = Math.max(0, Math.ceil(centreY - radius));
    const bottom = Math.min(height - 1, Math.floor(centreY + radius));
    for (let y = top; y <= bottom; y++) {
      const half = Math.sqrt(radius ** 2 - (y - centreY) ** 2);
      const right = Math.min(width - 1, Math.floor(centreX + half));
      for (let x = Math.max(0, Math.ceil(centreX - half)); x <= right; x++) {
        const texture = 6 * Math.sin(stripeX * x + stripeY * y);
        for (let c = 0; c < 3; c++) {
          data[(y * width + x) * 3 + c] = Math.round(colour[c]! + texture);
        }
      }
    }
  }
  return { data, width, height };
}

/** Every pixel of one grey level. */
export function uniform(width: number, height: number, level: number): RawImage {
  return { data: new Uint8Array(width * height * 3).fill(level), width, height };
}

/** Left and right exchanged. */
export function mirrored({ data, width, height }: RawImage): RawImage {
  const flipped = new Uint8Array(data.length);
  for (let i = 0; i < width * height; i++) {
    const source = 3 * (i - (i % width) + width - 1 - (i % width));
    flipped.set(data.subarray(source, source + 3), 3 * i);
  }
  return { data: flipped, width, height };
}

/** Rows and columns exchanged. */
export function transposed({ data, width, height }: RawImage): RawImage {
  const flipped = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const source = 3 * (y * width + x);
      flipped.set(data.subarray(source, source + 3), 3 * (x * height + y));
    }
  }
  return { data: flipped, width: height, height: width };
}
