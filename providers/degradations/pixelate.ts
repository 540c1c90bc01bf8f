import type { RawImage } from '../images/raw-image.ts';
import type { Degradation, Severity } from './degradation.ts';

/** Size of the small copy relative to the image (ImageNet-C). */
const SCALES: Record<Severity, number> = { 1: 0.6, 2: 0.5, 3: 0.4, 4: 0.3, 5: 0.25 };

/**
 * Shrinks by block means and enlarges without interpolation: every pixel becomes the mean of the
 * block in which its centre lies.
 */
export const pixelate: Degradation = {
  random: false,
  apply({ data, width, height }: RawImage, severity: Severity): RawImage {
    const columns = blockOf(width, SCALES[severity]);
    const rows = blockOf(height, SCALES[severity]);
    const blocksAcross = (columns[width - 1] as number) + 1;
    const blocks = blocksAcross * ((rows[height - 1] as number) + 1);
    const sums = new Float64Array(blocks * 3);
    const counts = new Uint32Array(blocks);
    const forEachPixel = (visit: (block: number, byte: number) => void) => {
      for (let y = 0, byte = 0; y < height; y++) {
        const first = (rows[y] as number) * blocksAcross;
        for (let x = 0; x < width; x++, byte += 3) visit(first + (columns[x] as number), byte);
      }
    };
    forEachPixel((block, byte) => {
      counts[block] = (counts[block] as number) + 1;
      for (let c = 0; c < 3; c++)
        sums[block * 3 + c] = (sums[block * 3 + c] as number) + (data[byte + c] as number);
    });
    const output = new Uint8ClampedArray(data.length);
    forEachPixel((block, byte) => {
      for (let c = 0; c < 3; c++)
        output[byte + c] = (sums[block * 3 + c] as number) / (counts[block] as number);
    });
    return { data: new Uint8Array(output.buffer), width, height };
  },
};

/** The block of each pixel along an axis of `length` pixels. */
function blockOf(length: number, scale: number): Uint32Array {
  const blocks = Math.floor(length * scale);
  return Uint32Array.from({ length }, (_, pixel) => Math.floor(((pixel + 0.5) * blocks) / length));
}
