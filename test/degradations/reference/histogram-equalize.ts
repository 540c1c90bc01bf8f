import { roundHalfToEven } from '../../../src/degradations/round-half-to-even.ts';

/**
 * Histogram equalisation of an 8-bit image as OpenCV does it: the lowest value present goes to 0 and
 * is not counted.
 *
 * @returns the new value of each of the 256 levels
 */
export function equalizingTable(pixels: Uint8Array): Uint8Array {
  const histogram = new Uint32Array(256);
  for (let i = 0; i < pixels.length; i++) histogram[pixels[i]!]! += 1;
  const lowest = histogram.findIndex((count) => count > 0);
  const counted = pixels.length - histogram[lowest]!;
  if (counted === 0) return Uint8Array.from({ length: 256 }, (_, level) => level);
  const scale = Math.fround(255 / Math.fround(counted));
  const table = new Uint8Array(256);
  let sum = 0;
  for (let level = lowest + 1; level < 256; level++) {
    sum += histogram[level]!;
    table[level] = Math.min(255, roundHalfToEven(Math.fround(Math.fround(sum) * scale)));
  }
  return table;
}
