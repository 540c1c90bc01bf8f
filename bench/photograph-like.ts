import type { RawImage } from '../src/images/raw-image.ts';

/** A picture with smooth colours, edges and grain, as a photograph has them; another for each `seed`. */
export function photographLike(width: number, height: number, seed = 1): RawImage {
  const data = new Uint8Array(width * height * 3);
  let state = seed;
  let i = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const wave = 90 * Math.sin((9 * x) / width + seed) * Math.cos((7 * y) / height);
      const edge = (x * 13 + y * 7) % (width / 3) < width / 9 ? 40 : 0;
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const grain = (state >>> 24) / 16;
      for (let c = 0; c < 3; c++)
        data[i++] = Math.min(255, Math.max(0, 100 + wave * (1 - 0.3 * c) + edge + grain));
    }
  }
  return { data, width, height };
}
