import type { RawImage } from '../../images/raw-image.ts';
import type { Degradation, Severity } from '../degradation.ts';
import { gaussianKernel } from '../gaussian-blur.ts';
import { DROPS, WATER_STRENGTH } from '../spatter.ts';
import { MASK_SIGMA, MUD_BROWN } from '../spatter-mud.ts';
import { PALE_TURQUOISE } from '../spatter-water.ts';
import { changeInStrips, type Kernels, put, withKernels } from './kernels.ts';

/** As in assembly/planes.ts. */
const MARGIN = 16;

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
  // No drop is wet; see spatter-water.ts.
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
  const kernel = gaussianKernel(MASK_SIGMA);
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
