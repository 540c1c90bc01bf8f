import { reserve } from './memory';
import { unitFloat32 } from './units';
import { ZoomLayer } from './zoom-layers';

/** One byte of zoom_blur by the reference's own arithmetic, as in zoom-blur-exact.ts. */
export function exactZoomBlurByte(
  source: usize,
  width: i32,
  layers: usize,
  count: i32,
  x: i32,
  y: i32,
  channel: i32,
): u8 {
  const original = unitFloat32(load<u8>(source + (y * width + x) * 3 + channel));
  let sum = original;
  for (let i = 0; i < count; i++) {
    const layer = changetype<ZoomLayer>(layers + i * offsetof<ZoomLayer>());
    const column = load<i32>(layer.leftColumns + x * 4);
    const upper = source + (load<i32>(layer.upperRows + y * 4) * width + column) * 3 + channel;
    const lower = source + (load<i32>(layer.lowerRows + y * 4) * width + column) * 3 + channel;
    const wy = layer.rowWeights + y * 16;
    const wx = layer.columnWeights + x * 16;
    const wy0 = load<f64>(wy);
    const wy1 = load<f64>(wy, 8);
    const wx0 = load<f64>(wx);
    const wx1 = load<f64>(wx, 8);
    sum += <f32>(
      (<f64>unitFloat32(load<u8>(upper)) * wy0 * wx0 +
        <f64>unitFloat32(load<u8>(upper, 3)) * wy0 * wx1 +
        <f64>unitFloat32(load<u8>(lower)) * wy1 * wx0 +
        <f64>unitFloat32(load<u8>(lower, 3)) * wy1 * wx1)
    );
  }
  return blended(original, sum, count);
}

/**
 * What becomes of each byte where all that it reads has its value: a layer is then that value exactly,
 * because its weights add up to 1 but for errors far below single precision.
 *
 * @returns 256 bytes
 */
export function flatZoomBlurBytes(count: i32): usize {
  const bytes = reserve(256);
  for (let byte = 0; byte < 256; byte++) {
    const original = unitFloat32(<u8>byte);
    let sum = original;
    for (let i = 0; i < count; i++) sum += original;
    store<u8>(bytes + byte, blended(original, sum, count));
  }
  return bytes;
}

function blended(original: f32, sum: f32, count: i32): u8 {
  const level: f32 = ((original + sum) / <f32>(count + 2)) * 255;
  return level >= 255 ? 255 : <u8>level;
}
