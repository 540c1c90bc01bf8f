import type { RawImage } from '../images/raw-image.ts';
import { shrinkByBoxes } from './box-resample.ts';
import type { Degradation, Severity } from './degradation.ts';

/** Size of the small copy relative to the image. */
const SCALES: Record<Severity, number> = { 1: 0.6, 2: 0.5, 3: 0.4, 4: 0.3, 5: 0.25 };

/** Shrinks by block means and enlarges without interpolation: every pixel takes its nearest block. */
export const pixelate: Degradation = {
  random: false,
  apply(image: RawImage, severity: Severity): RawImage {
    const { width, height } = image;
    const scale = SCALES[severity];
    const small = shrinkByBoxes(image, Math.trunc(width * scale), Math.trunc(height * scale));
    const columns = nearestBlocks(small.width, width);
    const rows = nearestBlocks(small.height, height);
    const output = new Uint8Array(image.data.length);
    let written = 0;
    for (let y = 0; y < height; y++) {
      const row = rows[y]! * small.width;
      for (let x = 0; x < width; x++) {
        const block = (row + columns[x]!) * 3;
        for (let c = 0; c < 3; c++) output[written++] = small.data[block + c]!;
      }
    }
    return { data: output, width, height };
  },
};

/** The block of each pixel. The steps are added up, as Pillow does, since at odd ratios it shows. */
function nearestBlocks(blocks: number, length: number): Uint32Array {
  const step = blocks / length;
  let position = step * 0.5;
  return Uint32Array.from({ length }, () => {
    const block = Math.trunc(position);
    position += step;
    return block;
  });
}
