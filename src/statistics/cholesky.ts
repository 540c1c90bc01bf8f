/** A symmetric matrix: n rows of n numbers. */
export type Matrix = Float64Array[];

/**
 * The factor L of a symmetric positive definite matrix A = L L^T; entries above the diagonal are 0.
 *
 * @throws RangeError the matrix is not positive definite
 */
export function cholesky(matrix: Matrix): Matrix {
  const factor: Matrix = matrix.map((row) => new Float64Array(row.length));
  for (const [i, row] of factor.entries()) {
    for (let j = 0; j <= i; j++) {
      const other = factor[j]!;
      let rest = matrix[i]![j]!;
      for (let k = 0; k < j; k++) rest -= row[k]! * other[k]!;
      if (j < i) row[j] = rest / other[j]!;
      else if (rest > 0) row[i] = Math.sqrt(rest);
      else throw new RangeError(`the matrix is not positive definite: pivot ${i + 1} is ${rest}`);
    }
  }
  return factor;
}

/** x with L L^T x = b. */
export function solveWith(factor: Matrix, b: ArrayLike<number>): Float64Array {
  const n = factor.length;
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    const row = factor[i]!;
    for (let k = 0; k < i; k++) x[i]! -= row[k]! * x[k]!;
    x[i]! /= row[i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= factor[k]![i]! * x[k]!;
    x[i]! /= factor[i]![i]!;
  }
  return x;
}

/** The inverse of L L^T. */
export const inverseWith = (factor: Matrix): Matrix =>
  factor.map((_, column) =>
    solveWith(
      factor,
      factor.map((__, i) => (i === column ? 1 : 0)),
    ),
  );
