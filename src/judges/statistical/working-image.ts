import type { RawImage } from '../../images/raw-image.ts';
import { areaAverage } from './area-average.ts';

/**
 * Quality is what a viewer sees of the whole picture, so large images are looked at smaller: reduced
 * by the whole factor max(1, round(shorter side / 512)) with a box filter. The rule is SSIM's (Wang,
 * Bovik, Sheikh, Simoncelli 2004, "suggested usage", there with 256); 512 is the side at which the
 * authentic-distortion data sets (LIVE-C 500, BIQ2021 512) showed their images to observers.
 */
const VIEWED_SIDE_PX = 512;

/** The image as analysed; images with a shorter side below 768 are returned as they are. */
export function workingImage(image: RawImage): RawImage {
  const { data, width, height } = image;
  const factor = Math.max(1, Math.round(Math.min(width, height) / VIEWED_SIDE_PX));
  if (factor === 1) return image;
  const columns = Math.floor(width / factor);
  const rows = Math.floor(height / factor);
  const means = areaAverage(data, { width, height, channels: 3 }, { columns, rows });
  return { data: Uint8Array.from(means, Math.round), width: columns, height: rows };
}
