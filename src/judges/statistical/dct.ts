const SIDE = 8;

/** Row u: the orthonormal DCT-II basis function of frequency u, 8 samples. */
const BASIS = Float64Array.from({ length: SIDE * SIDE }, (_, i) => {
  const u = Math.floor(i / SIDE);
  const x = i % SIDE;
  const scale = u === 0 ? Math.sqrt(1 / SIDE) : Math.sqrt(2 / SIDE);
  return scale * Math.cos(((2 * x + 1) * u * Math.PI) / (2 * SIDE));
});

/** Orthonormal two-dimensional DCT-II of an 8x8 block, in place; `scratch` is another 64 values. */
export function dct8x8(block: Float64Array, scratch: Float64Array): void {
  transformRowsTransposed(block, scratch);
  transformRowsTransposed(scratch, block);
}

/** Each row's transform becomes a column of `to`. Even and odd frequencies see mirrored sums and differences. */
function transformRowsTransposed(from: Float64Array, to: Float64Array): void {
  for (let row = 0; row < SIDE; row++) {
    const o = row * SIDE;
    const a = from[o]!;
    const b = from[o + 1]!;
    const c = from[o + 2]!;
    const d = from[o + 3]!;
    const e = from[o + 4]!;
    const f = from[o + 5]!;
    const g = from[o + 6]!;
    const h = from[o + 7]!;
    for (let u = 0; u < SIDE; u++) {
      const k = u * SIDE;
      const sign = u % 2 === 0 ? 1 : -1;
      to[k + row] =
        BASIS[k]! * (a + sign * h) +
        BASIS[k + 1]! * (b + sign * g) +
        BASIS[k + 2]! * (c + sign * f) +
        BASIS[k + 3]! * (d + sign * e);
    }
  }
}
