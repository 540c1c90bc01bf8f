import { BYTE_AS_FLOAT64, truncateToByte } from '../../../src/degradations/bytes.ts';
import type { Degradation, Severity } from '../../../src/degradations/degradation.ts';
import type { RawImage } from '../../../src/images/raw-image.ts';
import { plasmaMap } from './plasma-map.ts';

/** Thickness of the fog, and decay of its plasma map. */
const FOGS: Record<Severity, { thickness: number; decay: number }> = {
  1: { thickness: 1.5, decay: 2 },
  2: { thickness: 2, decay: 2 },
  3: { thickness: 2.5, decay: 1.7 },
  4: { thickness: 2.5, decay: 1.5 },
  5: { thickness: 3, decay: 1.4 },
};

/** Adds a plasma map as fog and scales back to the range of the image. A black image stays black. */
export const fog: Degradation = {
  random: true,
  apply({ data, width, height }: RawImage, severity: Severity, seed: number): RawImage {
    const { thickness, decay } = FOGS[severity];
    const { values, size } = plasmaMap(nextPowerOfTwo(Math.max(width, height)), decay, seed);
    const brightest = largestByte(data) / 255;
    const divisor = brightest + thickness;
    const output = new Uint8Array(data.length);
    let i = 0;
    for (let y = 0; y < height; y++) {
      const row = y * size;
      for (let x = 0; x < width; x++) {
        const added = Math.fround(thickness * values[row + x]!);
        for (let c = 0; c < 3; c++, i++) {
          // Multiply first, then divide: the quotient of the two factors rounds differently.
          const level = ((BYTE_AS_FLOAT64[data[i]!]! + added) * brightest) / divisor;
          output[i] = truncateToByte(level);
        }
      }
    }
    return { data: output, width, height };
  },
};

function nextPowerOfTwo(length: number): number {
  let power = 1;
  while (power < length) power *= 2;
  return power;
}

function largestByte(data: Uint8Array): number {
  let largest = 0;
  for (let i = 0; i < data.length; i++) if (data[i]! > largest) largest = data[i]!;
  return largest;
}
