/** Samples of one component; both sides are multiples of 8. */
export interface Plane {
  data: Uint8ClampedArray;
  width: number;
  height: number;
}

/** The orthonormal 8-point DCT-II: row k is the k-th basis function. */
const BASIS = Float64Array.from({ length: 64 }, (_, i) => {
  const frequency = Math.floor(i / 8);
  const scale = frequency === 0 ? Math.sqrt(1 / 8) : 1 / 2;
  return scale * Math.cos(((2 * (i % 8) + 1) * frequency * Math.PI) / 16);
});
const TRANSPOSED = BASIS.map((_, i) => BASIS[(i % 8) * 8 + Math.floor(i / 8)] as number);

/**
 * What JPEG loses: the DCT coefficients of every 8 x 8 block become multiples of the table's steps.
 * Changes `plane` in place.
 */
export function quantiseBlocks({ data, width, height }: Plane, table: Uint8Array): void {
  const block = new Float64Array(64);
  const scratch = new Float64Array(64);
  for (let top = 0; top < height; top += 8) {
    for (let left = 0; left < width; left += 8) {
      for (let i = 0; i < 64; i++)
        block[i] = (data[(top + (i >> 3)) * width + left + (i & 7)] as number) - 128;
      transform(block, scratch, BASIS, TRANSPOSED);
      for (let i = 0; i < 64; i++) block[i] = quantised(block[i] as number, table[i] as number);
      transform(block, scratch, TRANSPOSED, BASIS);
      for (let i = 0; i < 64; i++)
        data[(top + (i >> 3)) * width + left + (i & 7)] = (block[i] as number) + 128;
    }
  }
}

/** The nearest multiple of `step`, halves away from zero. */
const quantised = (value: number, step: number): number =>
  Math.sign(value) * Math.floor(Math.abs(value) / step + 0.5) * step;

/** `block` becomes `left * block * right`. */
function transform(
  block: Float64Array,
  scratch: Float64Array,
  left: Float64Array,
  right: Float64Array,
): void {
  multiply(scratch, left, block);
  multiply(block, scratch, right);
}

function multiply(target: Float64Array, a: Float64Array, b: Float64Array): void {
  for (let row = 0; row < 64; row += 8) {
    for (let column = 0; column < 8; column++) {
      let sum = 0;
      for (let i = 0; i < 8; i++) sum += (a[row + i] as number) * (b[8 * i + column] as number);
      target[row + column] = sum;
    }
  }
}
