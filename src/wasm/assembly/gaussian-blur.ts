/**
 * The two passes of a Gaussian blur over a row of f64, sums in the order of gaussian-blur.ts. Eight
 * values are done at a time: up to seven more are read and written.
 *
 * @param rows the source rows as pointers, from `radius` rows above to `radius` below
 * @param kernel weights of the distances 0 to `radius`
 */
export function blurDown(
  rows: usize,
  kernel: usize,
  radius: i32,
  width: i32,
  target: usize,
): void {
  const middle = rows + radius * 4;
  const bytes = width * 8;
  for (let x = 0; x < bytes; x += 64) {
    const own = load<usize>(middle) + x;
    const weight = v128.load64_splat(kernel);
    let s0 = f64x2.mul(v128.load(own), weight);
    let s1 = f64x2.mul(v128.load(own, 16), weight);
    let s2 = f64x2.mul(v128.load(own, 32), weight);
    let s3 = f64x2.mul(v128.load(own, 48), weight);
    for (let j = radius; j > 0; j--) {
      const a = load<usize>(middle - j * 4) + x;
      const b = load<usize>(middle + j * 4) + x;
      const w = v128.load64_splat(kernel + j * 8);
      s0 = f64x2.add(s0, f64x2.mul(f64x2.add(v128.load(a), v128.load(b)), w));
      s1 = f64x2.add(s1, f64x2.mul(f64x2.add(v128.load(a, 16), v128.load(b, 16)), w));
      s2 = f64x2.add(s2, f64x2.mul(f64x2.add(v128.load(a, 32), v128.load(b, 32)), w));
      s3 = f64x2.add(s3, f64x2.mul(f64x2.add(v128.load(a, 48), v128.load(b, 48)), w));
    }
    v128.store(target + x, s0);
    v128.store(target + x, s1, 16);
    v128.store(target + x, s2, 32);
    v128.store(target + x, s3, 48);
  }
}

/** @param row has `radius` values more at each end, see `repeatEnds` */
export function blurAcross(
  row: usize,
  kernel: usize,
  radius: i32,
  width: i32,
  target: usize,
): void {
  const bytes = width * 8;
  for (let x = 0; x < bytes; x += 64) {
    const own = row + x;
    const weight = v128.load64_splat(kernel);
    let s0 = f64x2.mul(v128.load(own), weight);
    let s1 = f64x2.mul(v128.load(own, 16), weight);
    let s2 = f64x2.mul(v128.load(own, 32), weight);
    let s3 = f64x2.mul(v128.load(own, 48), weight);
    for (let j = radius; j > 0; j--) {
      const a = own - j * 8;
      const b = own + j * 8;
      const w = v128.load64_splat(kernel + j * 8);
      s0 = f64x2.add(s0, f64x2.mul(f64x2.add(v128.load(a), v128.load(b)), w));
      s1 = f64x2.add(s1, f64x2.mul(f64x2.add(v128.load(a, 16), v128.load(b, 16)), w));
      s2 = f64x2.add(s2, f64x2.mul(f64x2.add(v128.load(a, 32), v128.load(b, 32)), w));
      s3 = f64x2.add(s3, f64x2.mul(f64x2.add(v128.load(a, 48), v128.load(b, 48)), w));
    }
    v128.store(target + x, s0);
    v128.store(target + x, s1, 16);
    v128.store(target + x, s2, 32);
    v128.store(target + x, s3, 48);
  }
}

/** Repeats the first and the last value of a row `radius` times beyond its ends. */
export function repeatEnds(row: usize, radius: i32, width: i32): void {
  const first = load<f64>(row);
  const end = row + width * 8;
  const last = load<f64>(end - 8);
  for (let i = 0; i < radius; i++) {
    store<f64>(row - (i + 1) * 8, first);
    store<f64>(end + i * 8, last);
  }
}
