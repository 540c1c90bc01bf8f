import type { RawImage } from '../images/raw-image.ts';
import { BYTE_AS_FLOAT64, truncateToByte } from './bytes.ts';
import type { Degradation, Severity } from './degradation.ts';
import { NormalStream } from './normal-stream.ts';

/** Standard deviation, in units of the whole range of levels. */
const SIGMAS: Record<Severity, number> = { 1: 0.08, 2: 0.12, 3: 0.18, 4: 0.26, 5: 0.38 };

/** Adds independent normal noise to every byte: sensor noise in low light. */
export const gaussianNoise: Degradation = {
  random: true,
  apply({ data, width, height }: RawImage, severity: Severity, seed: number): RawImage {
    const normals = new NormalStream(seed);
    const row = new Float64Array(width * 3);
    const output = new Uint8Array(data.length);
    for (let start = 0; start < data.length; start += row.length) {
      normals.fill(row, 0, SIGMAS[severity]);
      for (let i = 0; i < row.length; i++)
        output[start + i] = truncateToByte(BYTE_AS_FLOAT64[data[start + i]!]! + row[i]!);
    }
    return { data: output, width, height };
  },
};
