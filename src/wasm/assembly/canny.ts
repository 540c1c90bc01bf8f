import { reserve } from './memory';

const CANDIDATE: i32 = 1;
/** Edges are bytes of 255, and so the only negative ones when read as signed. */
const EDGE: i32 = 255;

const LOW_THRESHOLD = memory.data<i16>([50, 50, 50, 50, 50, 50, 50, 50]);
const HIGH_THRESHOLD = memory.data<i16>([150, 150, 150, 150, 150, 150, 150, 150]);
const TAN_22 = memory.data<i16>([13573, 13573, 13573, 13573, 13573, 13573, 13573, 13573]);
const ONES = memory.data<i16>([1, 1, 1, 1, 1, 1, 1, 1]);

/** One row of gradients, i16 each, with a margin of 8. */
@unmanaged
class Gradients {
  dx: usize;
  dy: usize;
  /** 0 outside the image. */
  magnitude: usize;
}

/**
 * Canny edges as in canny.ts: a plane of bytes, 255 on edges, whose other values do not matter.
 *
 * @param pixels a plane with repeated edge pixels
 * @param stack room for one i32 a pixel
 */
export function cannyEdges(
  pixels: usize,
  marks: usize,
  stride: i32,
  width: i32,
  height: i32,
  stack: usize,
): void {
  // From the pixel above and to the left of the first one.
  memory.fill(marks - stride - 1, 0, (height + 2) * stride + 1);
  let above = newGradients(width);
  let here = newGradients(width);
  let below = newGradients(width);
  sobelRow(pixels, stride, width, here);
  for (let y = 0; y < height; y++) {
    if (y + 1 < height) sobelRow(pixels + (y + 1) * stride, stride, width, below);
    else memory.fill(below.magnitude, 0, width * 2);
    markRow(marks + y * stride, width, above.magnitude, here, below.magnitude);
    const free = above;
    above = here;
    here = below;
    below = free;
  }
  followEdges(marks, stride, width, height, stack);
}

function newGradients(width: i32): Gradients {
  const bytes = (width + 16) * 2;
  const gradients = changetype<Gradients>(reserve(offsetof<Gradients>()));
  gradients.dx = reserve(bytes) + 16;
  gradients.dy = reserve(bytes) + 16;
  gradients.magnitude = reserve(bytes) + 16;
  memory.fill(gradients.magnitude - 16, 0, bytes);
  return gradients;
}

/** Sobel 3x3. */
function sobelRow(row: usize, stride: i32, width: i32, target: Gradients): void {
  const up = row - stride;
  const down = row + stride;
  for (let x = 0; x < width; x += 8) {
    const upLeft = v128.load8x8_u(up + x - 1);
    const upRight = v128.load8x8_u(up + x, 1);
    const downLeft = v128.load8x8_u(down + x - 1);
    const downRight = v128.load8x8_u(down + x, 1);
    const horizontal = i16x8.sub(v128.load8x8_u(row + x, 1), v128.load8x8_u(row + x - 1));
    const vertical = i16x8.sub(v128.load8x8_u(down + x), v128.load8x8_u(up + x));
    const falling = i16x8.sub(downRight, upLeft);
    const rising = i16x8.sub(downLeft, upRight);
    const dx = i16x8.add(i16x8.sub(falling, rising), i16x8.add(horizontal, horizontal));
    const dy = i16x8.add(i16x8.add(falling, rising), i16x8.add(vertical, vertical));
    v128.store(target.dx + x * 2, dx);
    v128.store(target.dy + x * 2, dy);
    v128.store(target.magnitude + x * 2, i16x8.add(i16x8.abs(dx), i16x8.abs(dy)));
  }
  memory.fill(target.magnitude + width * 2, 0, 16);
}

/** Marks the maxima across the gradient, eight at a time. */
function markRow(marks: usize, width: i32, above: usize, here: Gradients, below: usize): void {
  for (let x = 0; x < width; x += 8) {
    const offset = x * 2;
    const magnitude = v128.load(here.magnitude + offset);
    const isStrongEnough = i16x8.gt_s(magnitude, v128.load(LOW_THRESHOLD));
    if (!v128.any_true(isStrongEnough)) continue;
    const dx = v128.load(here.dx + offset);
    const dy = v128.load(here.dy + offset);
    const absX = i16x8.abs(dx);
    const absY = i16x8.abs(dy);
    const tan = v128.load(TAN_22);
    const lowX = i32x4.extend_low_i16x8_s(absX);
    const highX = i32x4.extend_high_i16x8_s(absX);
    const lowY = i32x4.shl(i32x4.extend_low_i16x8_s(absY), 15);
    const highY = i32x4.shl(i32x4.extend_high_i16x8_s(absY), 15);
    const lowTan22 = i32x4.extmul_low_i16x8_s(absX, tan);
    const highTan22 = i32x4.extmul_high_i16x8_s(absX, tan);
    const lowTan67 = i32x4.add(lowTan22, i32x4.shl(lowX, 16));
    const highTan67 = i32x4.add(highTan22, i32x4.shl(highX, 16));
    const isHorizontal = i16x8.narrow_i32x4_s(
      i32x4.lt_s(lowY, lowTan22),
      i32x4.lt_s(highY, highTan22),
    );
    const isVertical = i16x8.narrow_i32x4_s(
      i32x4.gt_s(lowY, lowTan67),
      i32x4.gt_s(highY, highTan67),
    );
    const horizontal = v128.and(
      i16x8.gt_s(magnitude, v128.load(here.magnitude + offset - 2)),
      i16x8.ge_s(magnitude, v128.load(here.magnitude + offset, 2)),
    );
    const vertical = v128.and(
      i16x8.gt_s(magnitude, v128.load(above + offset)),
      i16x8.ge_s(magnitude, v128.load(below + offset)),
    );
    // The diagonal falls to the right where dx and dy have the same sign.
    const rises = i16x8.shr_s(v128.xor(dx, dy), 15);
    const before = v128.bitselect(
      v128.load(above + offset, 2),
      v128.load(above + offset - 2),
      rises,
    );
    const after = v128.bitselect(
      v128.load(below + offset - 2),
      v128.load(below + offset, 2),
      rises,
    );
    const diagonal = v128.and(i16x8.gt_s(magnitude, before), i16x8.gt_s(magnitude, after));
    const isMaximum = v128.and(
      isStrongEnough,
      v128.bitselect(horizontal, v128.bitselect(vertical, diagonal, isVertical), isHorizontal),
    );
    const isEdge = i16x8.gt_s(magnitude, v128.load(HIGH_THRESHOLD));
    const words = v128.and(isMaximum, v128.or(isEdge, v128.load(ONES)));
    v128.store64_lane(marks + x, i8x16.narrow_i16x8_s(words, words), 0);
  }
}

/** Every candidate that is connected to an edge through candidates (8-neighbourhood) is an edge. */
function followEdges(marks: usize, stride: i32, width: i32, height: i32, stack: usize): void {
  let top = stack;
  for (let y = 0; y < height; y++) {
    const row = marks + y * stride;
    for (let x = 0; x < width; x += 16) {
      const here = row + x;
      const isCandidate = i8x16.eq(v128.load(here), i8x16.splat(<i8>CANDIDATE));
      if (!v128.any_true(isCandidate)) continue;
      const up = here - stride;
      const down = here + stride;
      const around = v128.or(
        v128.or(
          v128.or(v128.load(up - 1), v128.load(up)),
          v128.or(v128.load(up, 1), v128.load(here - 1)),
        ),
        v128.or(
          v128.or(v128.load(here, 1), v128.load(down - 1)),
          v128.or(v128.load(down), v128.load(down, 1)),
        ),
      );
      let found = i8x16.bitmask(v128.and(isCandidate, around));
      for (; found; found &= found - 1) {
        const pixel = here + ctz(found);
        store<u8>(pixel, <u8>EDGE);
        store<usize>(top, pixel);
        top += 4;
      }
    }
  }
  while (top > stack) {
    top -= 4;
    const pixel = load<usize>(top);
    for (let i = -1; i <= 1; i++) {
      for (let j = -1; j <= 1; j++) {
        const neighbour = pixel + i * stride + j;
        if (load<u8>(neighbour) == CANDIDATE) {
          store<u8>(neighbour, <u8>EDGE);
          store<usize>(top, neighbour);
          top += 4;
        }
      }
    }
  }
}
