import { ssim } from 'ssim.js';
import { describe, expect, it } from 'vitest';
import { distort, type FamilyName, type Level } from '../../src/datasets/sample/distortions.ts';
import { meanSsim, msSsim } from '../../src/datasets/sample/ms-ssim.ts';
import { lumaPlane, shrinkByTwo } from '../../src/datasets/sample/plane.ts';
import type { RawImage } from '../../src/images/raw-image.ts';
import { flat, picture } from '../images/pictures.ts';

/** Grey everywhere, so that implementations which weigh the channels otherwise agree. */
const grey = ({ data, width, height }: RawImage): RawImage => ({
  data: data.map((_, index) => data[index - (index % 3)]!),
  width,
  height,
});

function rgba({ data, width, height }: RawImage) {
  const pixels = new Uint8ClampedArray(width * height * 4).fill(255);
  data.forEach((value, index) => {
    pixels[Math.floor(index / 3) * 4 + (index % 3)] = value;
  });
  return { data: pixels, width, height };
}

/** A checkerboard about mid-grey, whose structure averaging removes at the scales past its blocks'. */
function checkerboard(block: number, amplitude: number, side = 256): RawImage {
  const data = new Uint8Array(side * side * 3);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const isWhite = (Math.floor(row / block) + Math.floor(column / block)) % 2 === 0;
      const start = 3 * (row * side + column);
      data.fill(128 + (isWhite ? amplitude : -amplitude), start, start + 3);
    }
  }
  return { data, width: side, height: side };
}

describe('meanSsim', () => {
  it.each<[FamilyName, Level]>([
    ['gaussian_blur', 2],
    ['noise', 4],
    ['exposure', 3],
    ['jpeg', 4],
  ])('is what ssim.js says after the method of the authors, for %s', async (family, level) => {
    const reference = grey(picture(65, 48));
    const distorted = grey(await distort(reference, 'test', family, level));
    const { mssim } = ssim(rgba(reference), rgba(distorted), {
      ssim: 'original',
      downsample: false,
    });
    expect(meanSsim(lumaPlane(reference), lumaPlane(distorted)).all).toBeCloseTo(mssim, 10);
  });
});

describe('msSsim', () => {
  it('is 1 for equal images', () => {
    expect(msSsim(picture(200, 180), picture(200, 180))).toBeCloseTo(1, 12);
  });

  it('is the luminance term to the power of the coarsest weight for two flat images', () => {
    const luminance = (2 * 200 * 50 + 6.5025) / (200 ** 2 + 50 ** 2 + 6.5025);
    expect(msSsim(flat(176, 176, [200, 200, 200]), flat(176, 176, [50, 50, 50]))).toBeCloseTo(
      luminance ** 0.1333,
      10,
    );
  });

  // Half the contrast makes the contrast-structure term 2k / (1 + k^2) = 0.8 where there is structure.
  it.each([
    [1, 0.0448],
    [2, 0.0448 + 0.2856],
    [4, 0.0448 + 0.2856 + 0.3001],
    [8, 0.0448 + 0.2856 + 0.3001 + 0.2363],
  ])('weighs the scales that show blocks of %d pixels by %d', (block, weight) => {
    const value = msSsim(checkerboard(block, 100), checkerboard(block, 50));
    expect(value).toBeCloseTo(0.8 ** weight, 2);
    expect(msSsim(checkerboard(block, 50), checkerboard(block, 100))).toBeCloseTo(value, 12);
  });

  it('refuses images of different sizes, too small ones and negatives', () => {
    expect(() => msSsim(picture(200, 180), picture(180, 200))).toThrow('200x180, 180x200');
    expect(() => msSsim(picture(400, 175), picture(400, 175))).toThrow('need 176 pixels a side');
    const image = checkerboard(1, 100);
    const negative = { ...image, data: image.data.map((value) => 255 - value) };
    expect(() => msSsim(image, negative)).toThrow('the structures are opposed');
  });
});

describe('shrinkByTwo', () => {
  it('averages 2 x 2 blocks, a last odd row and column with themselves', () => {
    const plane = { data: Float64Array.from([1, 2, 5, 3, 4, 7, 10, 20, 9]), width: 3, height: 3 };
    expect(shrinkByTwo(plane)).toEqual({
      data: Float64Array.from([2.5, 6, 15, 9]),
      width: 2,
      height: 2,
    });
  });
});
