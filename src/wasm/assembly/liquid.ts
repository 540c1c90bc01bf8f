import { both, LEVELS } from './constants';
import { blurAcross, blurDown, repeatEnds } from './gaussian-blur';
import { reserve } from './memory';
import { BLOCK_NORMALS, nextNormals, seedNormals } from './normals';
import { MARGIN, repeatPixels } from './planes';

/** Pointers to the rows that a blur of radius 16 or less reads. */
const ROWS = memory.data(132, 16);
/** 2^52: added to a smaller integer, that integer stands in the low bits of the sum. */
const MAGIC = memory.data<f64>([4503599627370496]);
const BYTE = memory.data<i32>([255, 255, 255, 255]);

/**
 * The blurred random field of spatter as a plane of bytes: its level where it reaches the threshold and
 * 0 elsewhere; or, with `isMud`, 1 where it exceeds the threshold. Edge pixels are repeated in the margin.
 *
 * Normals are drawn as far ahead as the blur needs them; their rows move down through one buffer.
 */
export function liquidField(
  plane: usize,
  stride: i32,
  width: i32,
  height: i32,
  seed: u32,
  location: f64,
  scale: f64,
  kernel: usize,
  radius: i32,
  threshold: f64,
  isMud: bool,
): void {
  seedNormals(seed);
  const rowBytes = width * 8;
  const capacity = 4 * radius + 16;
  const buffer = reserve(capacity * rowBytes + BLOCK_NORMALS * 8);
  const down = reserve(rowBytes + 2 * radius * 8) + radius * 8;
  const across = reserve(rowBytes);
  /** The first row in the buffer, and where the next normal goes. */
  let first = 0;
  let end = buffer;
  for (let y = 0; y < height; y++) {
    const last = min(y + radius, height - 1);
    if (last - first >= capacity) {
      const shift = (y - radius - first) * rowBytes;
      memory.copy(buffer, buffer + shift, end - buffer - shift);
      end -= shift;
      first = y - radius;
    }
    const wanted = buffer + (last - first + 1) * rowBytes;
    while (end < wanted) end = nextNormals(end, location, scale);
    for (let j = -radius; j <= radius; j++) {
      const row = max(0, min(height - 1, y + j));
      store<usize>(ROWS + (j + radius) * 4, buffer + (row - first) * rowBytes);
    }
    blurDown(ROWS, kernel, radius, width, down);
    repeatEnds(down, radius, width);
    blurAcross(down, kernel, radius, width, across);
    const target = plane + y * stride;
    if (isMud) markMud(across, width, threshold, target);
    else storeLevels(across, width, threshold, target);
    repeatPixels(target, width);
  }
  memory.copy(plane - stride - MARGIN, plane - MARGIN, stride);
  memory.copy(plane + height * stride - MARGIN, plane + (height - 1) * stride - MARGIN, stride);
}

function storeLevels(row: usize, width: i32, threshold: f64, target: usize): void {
  const thresholds = f64x2.splat(threshold);
  for (let x = 0; x < width; x += 8, row += 64) {
    const low = i32x4.shuffle(
      wetLevels(v128.load(row), thresholds),
      wetLevels(v128.load(row, 16), thresholds),
      0, 2, 4, 6,
    );
    const high = i32x4.shuffle(
      wetLevels(v128.load(row, 32), thresholds),
      wetLevels(v128.load(row, 48), thresholds),
      0, 2, 4, 6,
    );
    const words = i16x8.narrow_i32x4_s(
      v128.and(low, v128.load(BYTE)),
      v128.and(high, v128.load(BYTE)),
    );
    v128.store64_lane(target + x, i8x16.narrow_i16x8_u(words, words), 0);
  }
}

/** Two levels of 0..255 where there is liquid, 0 elsewhere; in the low 32 bits of each lane. */
// @ts-ignore: decorator
@inline
function wetLevels(values: v128, thresholds: v128): v128 {
  const levels = f64x2.floor(f64x2.mul(values, both(LEVELS)));
  return v128.and(f64x2.add(levels, both(MAGIC)), f64x2.ge(values, thresholds));
}

function markMud(row: usize, width: i32, threshold: f64, target: usize): void {
  for (let x = 0; x < width; x++) {
    store<u8>(target + x, load<f64>(row + x * 8) > threshold ? 1 : 0);
  }
}
