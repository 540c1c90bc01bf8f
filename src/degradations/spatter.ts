import type { RawImage } from '../images/raw-image.ts';
import { changeInStrips, type Kernels, put, withKernels } from '../wasm/kernels.ts';
import type { Degradation, Severity } from './degradation.ts';
import { gaussianKernel } from './gaussian-blur.ts';

interface Drops {
  /** Mean and standard deviation of the random field. */
  location: number;
  scale: number;
  /** Its blur, in pixels. */
  sigma: number;
  /** Where the blurred field is liquid. */
  threshold: number;
}

const DROPS: Record<Severity, Drops> = {
  1: { location: 0.65, scale: 0.3, sigma: 4, threshold: 0.69 },
  2: { location: 0.65, scale: 0.3, sigma: 3, threshold: 0.68 },
  3: { location: 0.65, scale: 0.3, sigma: 2, threshold: 0.68 },
  4: { location: 0.65, scale: 0.3, sigma: 1, threshold: 0.65 },
  5: { location: 0.67, scale: 0.4, sigma: 1, threshold: 0.65 },
};

/** How strongly water brightens, by severity. */
const WATER_STRENGTH = { 1: 0.6, 2: 0.6, 3: 0.5 } as const;
const PALE_TURQUOISE = [175, 238, 238] as const;
const MUD_BROWN = [63, 42, 20] as const;
/** Blur of the mud, in pixels. */
const MUD_SIGMA = 1.5;

/** As in assembly/planes.ts of the kernels. */
const MARGIN = 16;

/** Drops of water (severities 1 to 3) or mud (4, 5). They have pixel scale: they do not grow with the image. */
export const spatter: Degradation = {
  random: true,
  apply(image: RawImage, severity: Severity, seed: number): RawImage {
    return withKernels((kernels) => {
      const liquid = makeLiquid(kernels, image, severity, seed);
      return severity <= 3
        ? addWater(kernels, image, liquid, WATER_STRENGTH[severity as 1 | 2 | 3])
        : addMud(kernels, image, liquid);
    });
  },
};

/** A plane of bytes: where its pixel (0, 0) is, and bytes from row to row. */
interface Plane {
  pointer: number;
  stride: number;
}

function makePlane(kernels: Kernels, { width, height }: RawImage): Plane {
  const stride = Math.ceil(width / 16) * 16 + 2 * MARGIN;
  return { pointer: kernels.reserve(stride * (height + 2)) + stride + MARGIN, stride };
}

function makeLiquid(kernels: Kernels, image: RawImage, severity: Severity, seed: number): Plane {
  const { location, scale, sigma, threshold } = DROPS[severity];
  const plane = makePlane(kernels, image);
  const kernel = gaussianKernel(sigma);
  kernels.liquidField(
    plane.pointer,
    plane.stride,
    image.width,
    image.height,
    seed,
    location,
    scale,
    put(kernels, kernel),
    kernel.length - 1,
    threshold,
    severity > 3,
  );
  return plane;
}

function addWater(kernels: Kernels, image: RawImage, liquid: Plane, strength: number): RawImage {
  const { width, height } = image;
  const relief = makePlane(kernels, image);
  const { stride } = liquid;
  const largest = kernels.waterRelief(liquid.pointer, relief.pointer, stride, width, height);
  // The reference divides 0 by 0 here and returns a black picture; seen on tiny images only.
  if (largest === 0) return { ...image, data: Uint8Array.from(image.data) };
  const colour = PALE_TURQUOISE.map((level) => level / 255);
  const colours = put(kernels, Float32Array.from([...colour, ...colour]));
  return changeInStrips(kernels, image, (pixels, firstRow, rows) => {
    for (let row = 0; row < rows; row++) {
      const offset = (firstRow + row) * stride;
      const [wet, height] = [liquid.pointer + offset, relief.pointer + offset];
      kernels.brightenRow(pixels + row * width * 3, wet, height, width, largest, strength, colours);
    }
  });
}

function addMud(kernels: Kernels, image: RawImage, mud: Plane): RawImage {
  const { width, height } = image;
  const mask = kernels.reserve(width * height * 4);
  const kernel = gaussianKernel(MUD_SIGMA);
  const kernelPointer = put(kernels, kernel);
  kernels.mudMask(mud.pointer, mud.stride, width, height, kernelPointer, kernel.length - 1, mask);
  const clean = kernels.cleanBytes();
  const colours = put(
    kernels,
    Float64Array.from(MUD_BROWN, (level) => level / 255),
  );
  return changeInStrips(kernels, image, (pixels, firstRow, rows) => {
    kernels.coverPixels(pixels, rows * width, mask + firstRow * width * 4, clean, colours);
  });
}
