import type { RawImage } from '../../images/raw-image.ts';
import { areaAverage } from '../statistical/area-average.ts';
import { features, qualityIndex } from '../statistical/index.ts';
import { luma } from '../statistical/luminance.ts';

/** What the simulated judge sees of what an image shows: plain numbers, so that they can leave a worker thread. */
export interface SimulatedContent {
  /**
   * What its bias is for, about -2..2: how much lighter the upper half is than the lower one, in standard
   * deviations of the thumbnail. Landscapes under a sky are high, plants before a plain ground are low, and
   * blur, noise or compression change it little.
   */
  content: number;
  /** The shapes that it knows an image again by: the thumbnail without its shading, row by row. */
  shapes: number[];
}

/** All that it sees of an image. */
export interface SimulatedLook extends SimulatedContent {
  /** The classical quality index of `judge: statistical`, unbounded, higher is better. */
  quality: number;
}

/** Cells of the thumbnail a side. */
const SIDE = 16;

/** Keeps the content of a nearly even image near 0, in grey levels. */
const EVEN_LEVELS = 4;

/**
 * Looks at an image, a pure function of its pixels.
 *
 * @throws RangeError a side is shorter than 32 pixels
 */
export function look(image: RawImage): SimulatedLook {
  return { quality: qualityIndex(features(image)), ...lookAtContent(image) };
}

/** Looks at what an image shows and not at its quality, which takes longer. */
export function lookAtContent(image: RawImage): SimulatedContent {
  const grey = thumbnail(image);
  const half = grey.length / 2;
  const lighterAbove = mean(grey.slice(0, half)) - mean(grey.slice(half));
  return {
    content: lighterAbove / (standardDeviation(grey) + EVEN_LEVELS),
    shapes: withoutShading(grey),
  };
}

/** Luma, 0..255, of `SIDE` x `SIDE` cells. */
function thumbnail({ data, width, height }: RawImage): number[] {
  const size = { width, height, channels: 3 };
  const cells = areaAverage(data, size, { columns: SIDE, rows: SIDE });
  return Array.from({ length: SIDE * SIDE }, (_, i) =>
    luma(cells[3 * i]!, cells[3 * i + 1]!, cells[3 * i + 2]!),
  );
}

/** Each cell less the mean of the cells around it: haze and shade go, outlines stay. */
function withoutShading(grey: readonly number[]): number[] {
  return grey.map((value, i) => {
    const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
    const around: number[] = [];
    for (let row = Math.max(0, y - 1); row <= Math.min(SIDE - 1, y + 1); row++) {
      for (let column = Math.max(0, x - 1); column <= Math.min(SIDE - 1, x + 1); column++) {
        around.push(grey[row * SIDE + column]!);
      }
    }
    return value - mean(around);
  });
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function standardDeviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
}
