import { four } from './constants';
import { unitsFloat32 } from './units';

/** Per twelve bytes the pixel that each belongs to, as bytes of a vector of four floats. */
const MASK_0 = memory.data<u8>([0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 4, 5, 6, 7]);
const MASK_1 = memory.data<u8>([4, 5, 6, 7, 4, 5, 6, 7, 8, 9, 10, 11, 8, 9, 10, 11]);
const MASK_2 = memory.data<u8>([8, 9, 10, 11, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15]);
const SPREAD = memory.data<i8>([
  0, -1, -1, -1, 1, -1, -1, -1, 2, -1, -1, -1, 3, -1, -1, -1,
  4, -1, -1, -1, 5, -1, -1, -1, 6, -1, -1, -1, 7, -1, -1, -1,
  8, -1, -1, -1, 9, -1, -1, -1, 10, -1, -1, -1, 11, -1, -1, -1,
]);
const LEVELS = memory.data<f32>([255]);

/**
 * Brightens one row in place: the last step of spatter-water.ts. Dry pixels come out as they went in.
 *
 * @param colours R, G, B, R, G, B, ... as six f32
 */
export function brightenRow(
  row: usize,
  liquid: usize,
  relief: usize,
  width: i32,
  largest: f32,
  strength: f32,
  colours: usize,
): void {
  const colour0 = v128.load(colours);
  const colour1 = v128.load(colours, 4);
  const colour2 = v128.load(colours, 8);
  for (let x = 0; x < width; x += 4) {
    let wet = load<u32>(liquid + x);
    // Beyond the row its last pixel is repeated.
    if (x + 4 > width) wet &= (1 << (8 * (width - x))) - 1;
    if (wet == 0) continue;
    const products = i32x4.extmul_low_i16x8_u(
      i16x8.extend_low_i8x16_u(i32x4.splat(wet)),
      i16x8.extend_low_i8x16_u(v128.load32_zero(relief + x)),
    );
    const mask = f32x4.mul(
      f32x4.div(f32x4.convert_i32x4_s(products), f32x4.splat(largest)),
      f32x4.splat(strength),
    );
    const pixels = row + x * 3;
    const bytes = v128.load(pixels);
    const out0 = brightened(bytes, mask, 0, v128.load(MASK_0), colour0);
    const out1 = brightened(bytes, mask, 16, v128.load(MASK_1), colour1);
    const out2 = brightened(bytes, mask, 32, v128.load(MASK_2), colour2);
    const out = i8x16.narrow_i16x8_u(
      i16x8.narrow_i32x4_s(out0, out1),
      i16x8.narrow_i32x4_s(out2, out2),
    );
    v128.store64_lane(pixels, out, 0);
    v128.store32_lane(pixels, out, 2, 8);
  }
}

// @ts-ignore: decorator
@inline
function brightened(bytes: v128, mask: v128, spread: usize, lanes: v128, colour: v128): v128 {
  const level = unitsFloat32(i8x16.swizzle(bytes, v128.load(SPREAD + spread)));
  const sum = f32x4.add(level, f32x4.mul(i8x16.swizzle(mask, lanes), colour));
  return i32x4.trunc_sat_f32x4_s(f32x4.pmin(f32x4.mul(sum, four(LEVELS)), four(LEVELS)));
}
