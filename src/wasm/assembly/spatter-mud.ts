import { blurAcross, blurDown, repeatEnds } from './gaussian-blur';
import { reserve } from './memory';
import { unitFloat32 } from './units';

/** Pointers to the rows that a blur of radius 16 or less reads. */
const ROWS = memory.data(132, 16);
/** Thinner mud than this is none. */
const THRESHOLD: f32 = 0.8;

/**
 * The mud of a plane of 0 and 1, blurred; each pass is rounded to single precision.
 *
 * @param mask f32 for each pixel
 */
export function mudMask(
  mud: usize,
  stride: i32,
  width: i32,
  height: i32,
  kernel: usize,
  radius: i32,
  mask: usize,
): void {
  const rowBytes = width * 8 + 64;
  const rows = 2 * radius + 1;
  const ring = reserve(rows * rowBytes);
  const down = reserve(rowBytes + 2 * radius * 8) + radius * 8;
  const across = reserve(rowBytes);
  let read = 0;
  for (let y = 0; y < height; y++) {
    for (; read <= y + radius && read < height; read++) {
      const row = ring + (read % rows) * rowBytes;
      for (let x = 0; x < width; x++) {
        store<f64>(row + x * 8, <f64>load<u8>(mud + read * stride + x));
      }
    }
    for (let j = -radius; j <= radius; j++) {
      const row = max(0, min(height - 1, y + j));
      store<usize>(ROWS + (j + radius) * 4, ring + (row % rows) * rowBytes);
    }
    blurDown(ROWS, kernel, radius, width, down);
    for (let x = 0; x < width; x++) {
      const value = down + x * 8;
      store<f64>(value, <f64>(<f32>load<f64>(value)));
    }
    repeatEnds(down, radius, width);
    blurAcross(down, kernel, radius, width, across);
    for (let x = 0; x < width; x++, mask += 4) store<f32>(mask, <f32>load<f64>(across + x * 8));
  }
}

/** What a byte becomes where there is no mud: the formula mixes precisions and loses a level here and there. */
export function cleanBytes(): usize {
  const table = reserve(256);
  for (let byte = 0; byte < 256; byte++) {
    store<u8>(table + byte, truncated(<f64>unitFloat32(<u8>byte)));
  }
  return table;
}

/**
 * Covers `pixels` pixels in place: the last step of spatter-mud.ts.
 *
 * @param clean what `cleanBytes` returned
 * @param colours three f64
 */
export function coverPixels(
  bytes: usize,
  pixels: i32,
  mask: usize,
  clean: usize,
  colours: usize,
): void {
  for (let i = 0; i < pixels; i++, bytes += 3) {
    const m = load<f32>(mask + i * 4);
    if (m < THRESHOLD) {
      store<u8>(bytes, load<u8>(clean + load<u8>(bytes)));
      store<u8>(bytes, load<u8>(clean + load<u8>(bytes, 1)), 1);
      store<u8>(bytes, load<u8>(clean + load<u8>(bytes, 2)), 2);
      continue;
    }
    const uncovered: f32 = 1 - m;
    for (let c = 0; c < 3; c++) {
      const level: f32 = unitFloat32(load<u8>(bytes + c)) * uncovered;
      store<u8>(bytes + c, truncated(<f64>level + load<f64>(colours + c * 8) * <f64>m));
    }
  }
}

/** 0..1 as a byte, truncated. */
function truncated(value: f64): u8 {
  const level = value * 255;
  return level >= 255 ? 255 : <u8>level;
}
