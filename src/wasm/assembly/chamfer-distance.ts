const STRAIGHT: i32 = 65536;
/** Distances count up to 20 pixels. */
const MAX_DISTANCE: i32 = 20 * STRAIGHT;
/** Farther than any distance that is used, and far from overflow. */
const FAR: i32 = 1 << 29;

const STRAIGHTS = memory.data<i32>([65536, 65536, 65536, 65536]);
const DIAGONALS = memory.data<i32>([91750, 91750, 91750, 91750]);
const KNIGHTS = memory.data<i32>([143976, 143976, 143976, 143976]);
const TWO_STRAIGHTS = memory.data<i32>([131072, 131072, 131072, 131072]);
const RISING = memory.data<i32>([65536, 131072, 196608, 262144]);
const FALLING = memory.data<i32>([262144, 196608, 131072, 65536]);
const LARGEST = memory.data<i32>([MAX_DISTANCE, MAX_DISTANCE, MAX_DISTANCE, MAX_DISTANCE]);
/** From entry 4 - n on: `FAR` behind the first n lanes. */
const TAIL = memory.data<i32>([0, 0, 0, 0, FAR, FAR, FAR, FAR]);

/**
 * Planes of distances have a margin of this many values left and right, and of two rows above and
 * below, all far.
 */
export const DISTANCE_MARGIN: i32 = 4;

/**
 * The first pass of the 5x5 chamfer, see chamfer-distance.ts.
 *
 * @param marks a plane of bytes, edges negative when read as signed, others 0 or 1
 * @param distances i32, `distanceStride` bytes a row
 */
export function chamferDown(
  marks: usize,
  markStride: i32,
  width: i32,
  height: i32,
  distances: usize,
  distanceStride: i32,
): void {
  const margin = DISTANCE_MARGIN * 4;
  fillFar(distances - 2 * distanceStride - margin, 2 * distanceStride);
  fillFar(distances + height * distanceStride - margin, 2 * distanceStride);
  const far = i32x4.splat(FAR);
  for (let y = 0; y < height; y++) {
    const row = distances + y * distanceStride;
    const near = row - distanceStride;
    const beyond = near - distanceStride;
    const markRow = marks + y * markStride;
    fillFar(row - margin, margin);
    let carry = far;
    for (let x = 0; x < width; x += 4) {
      const offset = x * 4;
      const fromAbove = stepFrom(near + offset, beyond + offset);
      // Edges are -1, candidates that are none 1.
      const edge = i32x4.shr_s(
        i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_s(v128.load32_zero(markRow + x))),
        1,
      );
      let d = v128.andnot(fromAbove, edge);
      // The least over all pixels to the left, each a straight step farther: within the vector by
      // doubling, then from the vector before.
      d = i32x4.min_s(d, i32x4.add(i32x4.shuffle(far, d, 0, 4, 5, 6), v128.load(STRAIGHTS)));
      d = i32x4.min_s(d, i32x4.add(i32x4.shuffle(far, d, 0, 1, 4, 5), v128.load(TWO_STRAIGHTS)));
      d = i32x4.min_s(d, i32x4.add(carry, v128.load(RISING)));
      v128.store(row + offset, d);
      carry = i32x4.shuffle(d, d, 3, 3, 3, 3);
    }
    fillFar(row + width * 4, margin);
  }
}

/** The second pass over row `y`; rows below it are done. What is farther than 20 pixels becomes that. */
export function chamferUpRow(row: usize, distanceStride: i32, width: i32): void {
  const near = row + distanceStride;
  const beyond = near + distanceStride;
  const far = i32x4.splat(FAR);
  let carry = far;
  const last = (width - 1) & ~3;
  let tail = v128.load(TAIL + (4 - (width - last)) * 4);
  for (let x = last; x >= 0; x -= 4) {
    const offset = x * 4;
    let d = i32x4.min_s(v128.load(row + offset), stepFrom(near + offset, beyond + offset));
    // Outside the image nothing is near.
    d = i32x4.max_s(d, tail);
    tail = i32x4.splat(0);
    d = i32x4.min_s(d, i32x4.add(i32x4.shuffle(d, far, 1, 2, 3, 4), v128.load(STRAIGHTS)));
    d = i32x4.min_s(d, i32x4.add(i32x4.shuffle(d, far, 2, 3, 4, 4), v128.load(TWO_STRAIGHTS)));
    d = i32x4.min_s(d, i32x4.add(carry, v128.load(FALLING)));
    v128.store(row + offset, i32x4.min_s(d, v128.load(LARGEST)));
    carry = i32x4.shuffle(d, d, 0, 0, 0, 0);
  }
}

/** The least distance by a step from one of the two rows that a pass has done. */
// @ts-ignore: decorator
@inline
function stepFrom(near: usize, beyond: usize): v128 {
  const knight = i32x4.min_s(
    i32x4.min_s(v128.load(beyond - 4), v128.load(beyond, 4)),
    i32x4.min_s(v128.load(near - 8), v128.load(near, 8)),
  );
  const diagonal = i32x4.min_s(v128.load(near - 4), v128.load(near, 4));
  return i32x4.min_s(
    i32x4.min_s(
      i32x4.add(knight, v128.load(KNIGHTS)),
      i32x4.add(diagonal, v128.load(DIAGONALS)),
    ),
    i32x4.add(v128.load(near), v128.load(STRAIGHTS)),
  );
}

function fillFar(start: usize, bytes: i32): void {
  const far = i32x4.splat(FAR);
  let i = 0;
  for (; i + 16 <= bytes; i += 16) v128.store(start + i, far);
  for (; i < bytes; i += 4) store<i32>(start + i, FAR);
}
