import type { RawImage } from '../images/raw-image.ts';
import type { Degradation, Severity } from './degradation.ts';
import { type Plane, quantiseBlocks } from './jpeg-blocks.ts';
import { quantisationTables } from './jpeg-tables.ts';

/** Quality as the Independent JPEG Group's library counts it. */
const QUALITIES: Record<Severity, number> = { 1: 25, 2: 18, 3: 15, 4: 10, 5: 7 };

/** Side of the part of an image that is coded at once, in pixels: chrominance has half the resolution. */
const UNIT = 16;

/**
 * What JPEG compression loses, at half the resolution in both directions for chrominance (4:2:0).
 * The entropy coding after it loses nothing, so no file is written.
 */
export const jpegCompression: Degradation = {
  random: false,
  apply(image: RawImage, severity: Severity): RawImage {
    const { luminance, chrominance } = quantisationTables(QUALITIES[severity]);
    const [y, cb, cr] = componentsOf(image);
    const [smallCb, smallCr] = [halved(cb, image.height), halved(cr, image.height)];
    quantiseBlocks(y, luminance);
    quantiseBlocks(smallCb, chrominance);
    quantiseBlocks(smallCr, chrominance);
    return compose(y, smallCb, smallCr, image);
  },
};

/** Constants of colour conversion have 16 bits behind the point. */
const COLOUR_BITS = 16;
const HALF = 2 ** (COLOUR_BITS - 1);
const fixed = (constant: number): number => Math.round(constant * 2 ** COLOUR_BITS);

const LUMINANCE = [fixed(0.299), fixed(0.587), fixed(0.114)] as const;
const BLUE = [-fixed(0.168735892), -fixed(0.331264108), fixed(0.5)] as const;
const RED = [fixed(0.5), -fixed(0.418687589), -fixed(0.081312411)] as const;
/** Chrominance is 128 where there is no colour; halves go down. */
const CHROMINANCE_OFFSET = 128 * 2 ** COLOUR_BITS + HALF - 1;

/** Luminance and both colour differences (JFIF), edge pixels repeated to whole units. */
function componentsOf({ data, width, height }: RawImage): [Plane, Plane, Plane] {
  const size = {
    width: UNIT * Math.ceil(width / UNIT),
    height: UNIT * Math.ceil(height / UNIT),
  };
  const plane = (): Plane => ({ ...size, data: new Uint8ClampedArray(size.width * size.height) });
  const [luminance, blue, red] = [plane(), plane(), plane()];
  for (let y = 0, i = 0; y < size.height; y++) {
    const row = Math.min(y, height - 1) * width;
    for (let x = 0; x < size.width; x++, i++) {
      const source = (row + Math.min(x, width - 1)) * 3;
      const r = data[source]!;
      const g = data[source + 1]!;
      const b = data[source + 2]!;
      const mixed = (shares: readonly [number, number, number], offset: number) =>
        (shares[0] * r + shares[1] * g + shares[2] * b + offset) >> COLOUR_BITS;
      luminance.data[i] = mixed(LUMINANCE, HALF);
      blue.data[i] = mixed(BLUE, CHROMINANCE_OFFSET);
      red.data[i] = mixed(RED, CHROMINANCE_OFFSET);
    }
  }
  return [luminance, blue, red];
}

/**
 * Means of 2 x 2 samples; halves go down in even columns and up in odd ones, as in the library. Below
 * the image the last row of means is repeated.
 *
 * @param imageHeight rows of the image itself
 */
function halved({ data, width, height }: Plane, imageHeight: number): Plane {
  const half = { width: width / 2, height: height / 2 };
  const means = new Uint8ClampedArray(half.width * half.height);
  const lastRow = Math.ceil(imageHeight / 2) - 1;
  for (let y = 0, i = 0; y < half.height; y++) {
    for (let x = 0; x < half.width; x++, i++) {
      const corner = 2 * (Math.min(y, lastRow) * width + x);
      const sum =
        data[corner]! + data[corner + 1]! + data[corner + width]! + data[corner + width + 1]!;
      means[i] = (sum + 1 + (x & 1)) >> 2;
    }
  }
  return { ...half, data: means };
}

const RED_OF_RED = fixed(1.402);
const GREEN_OF_BLUE = -fixed(0.34414);
const GREEN_OF_RED = -fixed(0.71414);
const BLUE_OF_BLUE = fixed(1.772);

function compose(luminance: Plane, blue: Plane, red: Plane, image: RawImage): RawImage {
  const { width, height } = image;
  const output = new Uint8ClampedArray(width * height * 3);
  const last = { x: Math.ceil(width / 2) - 1, y: Math.ceil(height / 2) - 1 };
  for (let y = 0, i = 0; y < height; y++) {
    const near = (y >> 1) * blue.width;
    const far = neighbour(y, last.y) * blue.width;
    for (let x = 0; x < width; x++) {
      const column = x >> 1;
      const beside = neighbour(x, last.x);
      // Triangle filter: three quarters of the nearer sample, one of the next, in both directions.
      const between = ({ data }: Plane) =>
        (9 * data[near + column]! +
          3 * data[far + column]! +
          3 * data[near + beside]! +
          data[far + beside]! +
          8 -
          (x & 1)) >>
        4;
      const level = luminance.data[y * luminance.width + x]!;
      const cb = between(blue) - 128;
      const cr = between(red) - 128;
      output[i++] = level + ((RED_OF_RED * cr + HALF) >> COLOUR_BITS);
      output[i++] = level + ((GREEN_OF_BLUE * cb + GREEN_OF_RED * cr + HALF) >> COLOUR_BITS);
      output[i++] = level + ((BLUE_OF_BLUE * cb + HALF) >> COLOUR_BITS);
    }
  }
  return { data: new Uint8Array(output.buffer), width, height };
}

/** The second nearest sample of a plane at half resolution. */
const neighbour = (pixel: number, last: number): number =>
  pixel % 2 === 1 ? Math.min(last, (pixel >> 1) + 1) : Math.max(0, (pixel >> 1) - 1);
