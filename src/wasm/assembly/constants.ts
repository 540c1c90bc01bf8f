/**
 * V8 makes a vector constant anew wherever it is used, in three or four instructions; to read one
 * from memory is a single instruction. So the constants of inner loops lie in memory.
 */

/** Both lanes the f64 at `constant`. */
// @ts-ignore: decorator
@inline
export function both(constant: usize): v128 {
  return v128.load64_splat(constant);
}

/** All four lanes the 32 bits at `constant`. */
// @ts-ignore: decorator
@inline
export function four(constant: usize): v128 {
  return v128.load32_splat(constant);
}

export const ONE = memory.data<f64>([1]);
export const LEVELS = memory.data<f64>([255]);
