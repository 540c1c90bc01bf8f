import { four } from './constants';
import { reserve } from './memory';
import { exactZoomBlurByte, flatZoomBlurBytes } from './zoom-blur-exact';
import { ZoomLayer } from './zoom-layers';

/** Columns done together: what they need of all layers stays in the processor's nearest caches. */
const TILE: i32 = 128;
/** Columns that are looked at together for whether they have one colour. */
const BLOCK: i32 = 16;
const BLOCK_BYTES: i32 = BLOCK * 3;
/** No colour: a block that reads more than one. */
const MIXED: u32 = 0xffffffff;

/** Spread one of two neighbouring pixels over four 32-bit lanes (the last is not used). */
const LEFT_PIXEL = memory.data<i8>([0, -1, -1, -1, 1, -1, -1, -1, 2, -1, -1, -1, -1, -1, -1, -1]);
const RIGHT_PIXEL = memory.data<i8>([3, -1, -1, -1, 4, -1, -1, -1, 5, -1, -1, -1, -1, -1, -1, -1]);
/** Spread each four of sixteen bytes over four 32-bit lanes. */
const SPREAD = memory.data<i8>([
  0, -1, -1, -1, 1, -1, -1, -1, 2, -1, -1, -1, 3, -1, -1, -1,
  4, -1, -1, -1, 5, -1, -1, -1, 6, -1, -1, -1, 7, -1, -1, -1,
  8, -1, -1, -1, 9, -1, -1, -1, 10, -1, -1, -1, 11, -1, -1, -1,
  12, -1, -1, -1, 13, -1, -1, -1, 14, -1, -1, -1, 15, -1, -1, -1,
]);
/** Channels in turn, to begin with any of them. */
const CHANNELS = memory.data<u8>([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2]);
/** 2^23: a float below it plus this is rounded to an integer, which stands in the low bits. */
const MAGIC = memory.data<f32>([8388608]);
const MAGIC_BITS = memory.data<i32>([0x4b000000]);

/**
 * zoom_blur by plain separable interpolation in single precision; what comes within `guard` of an
 * integer is computed again by the reference's own arithmetic.
 *
 * @param layers `count` of `ZoomLayer`, without factor 1
 * @param guard how far, in levels, the interpolation and the reference together can be off
 */
export function zoomBlur(
  source: usize,
  target: usize,
  width: i32,
  height: i32,
  layers: usize,
  count: i32,
  guard: f32,
): void {
  const flatBytes = flatZoomBlurBytes(count);
  for (let i = 0; i < count; i++) prepare(layerAt(layers, i));
  const rows = reserve(count * offsetof<RowBlend>());
  // From the right: vectors that reach beyond the last column spoil the next row's first pixels.
  for (let x = ((width - 1) / TILE) * TILE; x >= 0; x -= TILE) {
    const columns = min(TILE, width - x);
    for (let i = 0; i < count; i++) {
      const layer = layerAt(layers, i);
      layer.upperRow = -1;
      layer.lowerRow = -1;
    }
    for (let y = 0; y < height; y++) {
      for (let i = 0; i < count; i++) {
        const layer = layerAt(layers, i);
        scaleRows(layer, source, width, x, columns, y);
        const blend = changetype<RowBlend>(rows + i * offsetof<RowBlend>());
        blend.upper = layer.upperBuffer;
        blend.lower = layer.lowerBuffer;
        blend.upperWeight = <f32>load<f64>(layer.rowWeights + y * 16);
        blend.lowerWeight = <f32>load<f64>(layer.rowWeights + y * 16, 8);
      }
      blendRow(source, target, width, x, columns, y, layers, rows, count, guard, flatBytes);
    }
  }
}

/** How the two rows of a layer make one output row. */
@unmanaged
class RowBlend {
  upper: usize;
  lower: usize;
  upperWeight: f32;
  lowerWeight: f32;
}

// @ts-ignore: decorator
@inline
function layerAt(layers: usize, i: i32): ZoomLayer {
  return changetype<ZoomLayer>(layers + i * offsetof<ZoomLayer>());
}

function prepare(layer: ZoomLayer): void {
  // Vectors of four floats are stored every three.
  layer.upperBuffer = reserve(TILE * 12);
  layer.lowerBuffer = reserve(TILE * 12);
  layer.upperColours = reserve((TILE / BLOCK) * 4);
  layer.lowerColours = reserve((TILE / BLOCK) * 4);
}

/** Sees to it that the buffers hold the two source rows of output row `y`. */
function scaleRows(
  layer: ZoomLayer,
  source: usize,
  width: i32,
  x: i32,
  columns: i32,
  y: i32,
): void {
  const upper = load<i32>(layer.upperRows + y * 4);
  const lower = load<i32>(layer.lowerRows + y * 4);
  const isLast = x + columns == width;
  if (layer.upperRow != upper) {
    if (layer.lowerRow == upper) swapRows(layer);
    else {
      layer.upperRow = upper;
      scaleRow(layer, source + upper * width * 3, x, columns, layer.upperBuffer, layer.upperColours, isLast);
    }
  }
  if (layer.lowerRow != lower) {
    layer.lowerRow = lower;
    scaleRow(layer, source + lower * width * 3, x, columns, layer.lowerBuffer, layer.lowerColours, isLast);
  }
}

function swapRows(layer: ZoomLayer): void {
  const row = layer.upperRow;
  const buffer = layer.upperBuffer;
  const colours = layer.upperColours;
  layer.upperRow = layer.lowerRow;
  layer.upperBuffer = layer.lowerBuffer;
  layer.upperColours = layer.lowerColours;
  layer.lowerRow = row;
  layer.lowerBuffer = buffer;
  layer.lowerColours = colours;
}

/** Scales one source row across: the columns of a tile, three floats each. */
function scaleRow(
  layer: ZoomLayer,
  row: usize,
  x: i32,
  columns: i32,
  target: usize,
  colours: usize,
  isLast: bool,
): void {
  const left = layer.leftColumns + x * 4;
  let weights = layer.columnWeightsFloat32 + x * 8;
  const leftPixel = v128.load(LEFT_PIXEL);
  const rightPixel = v128.load(RIGHT_PIXEL);
  const end = left + columns * 4;
  let out = target;
  for (let p = left; p < end; p += 4, weights += 8, out += 12) {
    const pair = v128.load64_zero(row + load<i32>(p) * 3);
    v128.store(
      out,
      f32x4.add(
        f32x4.mul(
          f32x4.convert_i32x4_s(i8x16.swizzle(pair, leftPixel)),
          v128.load32_splat(weights),
        ),
        f32x4.mul(
          f32x4.convert_i32x4_s(i8x16.swizzle(pair, rightPixel)),
          v128.load32_splat(weights, 4),
        ),
      ),
    );
  }
  for (let p = left, block = colours; p < end; p += BLOCK * 4, block += 4) {
    const first = row + load<i32>(p) * 3;
    store<u32>(block, isOneColour(first) ? load<u32>(first) & 0xffffff : MIXED);
  }
  if (layer.lastColumnIsZero && isLast) store<u32>(colours + ((columns - 1) / BLOCK) * 4, MIXED);
}

/** Whether the 17 pixels from `first` are equal: no block reads more of them. */
// @ts-ignore: decorator
@inline
function isOneColour(first: usize): bool {
  const difference = v128.or(
    v128.or(
      v128.xor(v128.load(first), v128.load(first, 3)),
      v128.xor(v128.load(first, 16), v128.load(first, 19)),
    ),
    v128.xor(v128.load(first, 32), v128.load(first, 35)),
  );
  return !v128.any_true(difference);
}

/** Adds the layers of one row, sixteen bytes at a time. */
function blendRow(
  source: usize,
  target: usize,
  width: i32,
  x: i32,
  columns: i32,
  y: i32,
  layers: usize,
  rows: usize,
  count: i32,
  guard: f32,
  flatBytes: usize,
): void {
  const start = (y * width + x) * 3;
  const bytes = columns * 3;
  const lastRow = rows + count * offsetof<RowBlend>();
  const scale = f32x4.splat(<f32>1 / <f32>(count + 2));
  const guards = f32x4.splat(guard);
  const magic = four(MAGIC);
  for (let i = 0; i < bytes; i += 16) {
    const own = v128.load(source + start + i);
    // The image counts twice: by itself and as the layer of factor 1.
    let sum0 = f32x4.convert_i32x4_s(i8x16.swizzle(own, v128.load(SPREAD)));
    let sum1 = f32x4.convert_i32x4_s(i8x16.swizzle(own, v128.load(SPREAD, 16)));
    let sum2 = f32x4.convert_i32x4_s(i8x16.swizzle(own, v128.load(SPREAD, 32)));
    let sum3 = f32x4.convert_i32x4_s(i8x16.swizzle(own, v128.load(SPREAD, 48)));
    sum0 = f32x4.add(sum0, sum0);
    sum1 = f32x4.add(sum1, sum1);
    sum2 = f32x4.add(sum2, sum2);
    sum3 = f32x4.add(sum3, sum3);
    for (let p = rows; p < lastRow; p += offsetof<RowBlend>()) {
      const blend = changetype<RowBlend>(p);
      const upper = blend.upper + i * 4;
      const lower = blend.lower + i * 4;
      const w0 = v128.load32_splat(p, offsetof<RowBlend>('upperWeight'));
      const w1 = v128.load32_splat(p, offsetof<RowBlend>('lowerWeight'));
      sum0 = f32x4.add(sum0, f32x4.add(f32x4.mul(v128.load(upper), w0), f32x4.mul(v128.load(lower), w1)));
      sum1 = f32x4.add(sum1, f32x4.add(f32x4.mul(v128.load(upper, 16), w0), f32x4.mul(v128.load(lower, 16), w1)));
      sum2 = f32x4.add(sum2, f32x4.add(f32x4.mul(v128.load(upper, 32), w0), f32x4.mul(v128.load(lower, 32), w1)));
      sum3 = f32x4.add(sum3, f32x4.add(f32x4.mul(v128.load(upper, 48), w0), f32x4.mul(v128.load(lower, 48), w1)));
    }
    sum0 = f32x4.mul(sum0, scale);
    sum1 = f32x4.mul(sum1, scale);
    sum2 = f32x4.mul(sum2, scale);
    sum3 = f32x4.mul(sum3, scale);
    const near0 = f32x4.add(sum0, magic);
    const near1 = f32x4.add(sum1, magic);
    const near2 = f32x4.add(sum2, magic);
    const near3 = f32x4.add(sum3, magic);
    const out = i8x16.narrow_i16x8_u(
      i16x8.narrow_i32x4_s(truncated(sum0, near0), truncated(sum1, near1)),
      i16x8.narrow_i32x4_s(truncated(sum2, near2), truncated(sum3, near3)),
    );
    const unsure = i8x16.narrow_i16x8_s(
      i16x8.narrow_i32x4_s(isNear(sum0, near0, guards), isNear(sum1, near1, guards)),
      i16x8.narrow_i32x4_s(isNear(sum2, near2, guards), isNear(sum3, near3, guards)),
    );
    v128.store(target + start + i, out);
    if (v128.any_true(unsure)) {
      const block = i / BLOCK_BYTES;
      const colour = flatColour(source + start + block * BLOCK_BYTES, layers, count, rows, block);
      if (colour != MIXED) storeFlat(target + start + i, i % 3, colour, flatBytes);
      else {
        let marks = i8x16.bitmask(unsure);
        for (; marks; marks &= marks - 1) {
          const offset = i + ctz(marks);
          if (offset >= bytes) break;
          const byte = exactZoomBlurByte(source, width, layers, count, x + offset / 3, y, offset % 3);
          store<u8>(target + start + offset, byte);
        }
      }
    }
  }
}

/** `sum` without its fraction. @param near `sum` plus 2^23 */
// @ts-ignore: decorator
@inline
function truncated(sum: v128, near: v128): v128 {
  const isAbove = f32x4.gt(f32x4.sub(near, four(MAGIC)), sum);
  return i32x4.add(i32x4.sub(near, four(MAGIC_BITS)), isAbove);
}

/** Where `sum` is so near an integer other than 0 that the byte is not decided. */
// @ts-ignore: decorator
@inline
function isNear(sum: v128, near: v128, guards: v128): v128 {
  const nearest = f32x4.sub(near, four(MAGIC));
  return v128.and(
    f32x4.le(f32x4.abs(f32x4.sub(sum, nearest)), guards),
    f32x4.ne(nearest, f32x4.splat(0)),
  );
}

/** The colour of a block if all that it reads in all layers has one, or else `MIXED`. */
function flatColour(own: usize, layers: usize, count: i32, rows: usize, block: i32): u32 {
  if (!isOneColour(own)) return MIXED;
  const colour = load<u32>(own) & 0xffffff;
  for (let i = 0; i < count; i++) {
    const layer = layerAt(layers, i);
    const blend = changetype<RowBlend>(rows + i * offsetof<RowBlend>());
    if (
      load<u32>(layer.upperColours + block * 4) != colour ||
      load<u32>(layer.lowerColours + block * 4) != colour ||
      blend.upperWeight + blend.lowerWeight == 0
    ) {
      return MIXED;
    }
  }
  return colour;
}

/** Stores sixteen bytes of one colour, from its channel `phase` on. */
function storeFlat(target: usize, phase: i32, colour: u32, flatBytes: usize): void {
  const bytes =
    <u32>load<u8>(flatBytes + (colour & 255)) |
    (<u32>load<u8>(flatBytes + ((colour >> 8) & 255)) << 8) |
    (<u32>load<u8>(flatBytes + (colour >> 16)) << 16);
  v128.store(target, i8x16.swizzle(i32x4.splat(bytes), v128.load(CHANNELS + phase)));
}
