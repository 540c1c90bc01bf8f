import type { RawImage } from '../../images/raw-image.ts';

/** One channel of an image in row-major order. */
export interface Plane {
  data: Float64Array;
  width: number;
  height: number;
}

export const plane = (width: number, height: number): Plane => ({
  data: new Float64Array(width * height),
  width,
  height,
});

export const planeLike = ({ width, height }: Plane): Plane => plane(width, height);

/** Luma of ITU-R BT.601, 0..255, not rounded. */
export function lumaPlane({ data, width, height }: RawImage): Plane {
  const luma = plane(width, height);
  for (let i = 0; i < luma.data.length; i++) {
    luma.data[i] = 0.299 * data[3 * i]! + 0.587 * data[3 * i + 1]! + 0.114 * data[3 * i + 2]!;
  }
  return luma;
}

/** Averages of 2 x 2 blocks; a last odd row or column is averaged with itself. */
export function shrinkByTwo({ data, width, height }: Plane): Plane {
  const half = plane(Math.ceil(width / 2), Math.ceil(height / 2));
  for (let row = 0; row < half.height; row++) {
    const top = 2 * row * width;
    const bottom = Math.min(2 * row + 1, height - 1) * width;
    for (let column = 0; column < half.width; column++) {
      const left = 2 * column;
      const right = Math.min(left + 1, width - 1);
      half.data[row * half.width + column] =
        (data[top + left]! + data[top + right]! + data[bottom + left]! + data[bottom + right]!) / 4;
    }
  }
  return half;
}

const SIGMA = 1.5;
const RADIUS = 5;

/** One half of the normalised window, its centre first. */
const WINDOW = ((): Float64Array => {
  const weights = Float64Array.from({ length: RADIUS + 1 }, (_, distance) =>
    Math.exp(-(distance ** 2) / (2 * SIGMA ** 2)),
  );
  const sum = weights.reduce((total, weight, distance) => total + weight * (distance ? 2 : 1), 0);
  return weights.map((weight) => weight / sum);
})();

/** Gaussian averages (11 x 11, sigma 1.5) at the places where the window lies inside the plane. */
export function gaussianWindow(source: Plane): Plane {
  const rows = plane(source.width - 2 * RADIUS, source.height);
  for (let row = 0; row < rows.height; row++) {
    average(source.data, row * source.width + RADIUS, 1, rows.data, row * rows.width, rows.width);
  }
  const result = plane(rows.width, source.height - 2 * RADIUS);
  for (let row = 0; row < result.height; row++) {
    const centre = (row + RADIUS) * rows.width;
    average(rows.data, centre, rows.width, result.data, row * result.width, result.width);
  }
  return result;
}

/** Writes `count` averages; those of neighbouring places, with `step` between the weighted numbers. */
function average(
  source: Float64Array,
  centre: number,
  step: number,
  target: Float64Array,
  start: number,
  count: number,
): void {
  const [w0, w1, w2, w3, w4, w5] = WINDOW as unknown as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const at = (index: number) => source[index]!;
  for (let i = 0; i < count; i++) {
    const c = centre + i;
    target[start + i] =
      w0 * at(c) +
      w1 * (at(c - step) + at(c + step)) +
      w2 * (at(c - 2 * step) + at(c + 2 * step)) +
      w3 * (at(c - 3 * step) + at(c + 3 * step)) +
      w4 * (at(c - 4 * step) + at(c + 4 * step)) +
      w5 * (at(c - 5 * step) + at(c + 5 * step));
  }
}
