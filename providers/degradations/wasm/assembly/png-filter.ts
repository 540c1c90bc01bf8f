import { reserve } from './memory';

/** Bytes before a row that are 0, as is everything to the left of an image. */
const MARGIN: usize = 16;
const BYTES_A_PIXEL: usize = 3;
const FILTERS: usize = 5;

/** Sums of the magnitudes of what each filter leaves of a row, four partial sums each. */
let sums: usize;

/**
 * The filtered rows of a PNG (PNG specification, third edition, chapter 9), each with the filter that
 * leaves the least sum of absolute differences, as section 12.7 of the specification recommends.
 *
 * @param pixels interleaved R, G, B
 * @param target room for height * (stride + 1) bytes
 * @param stride bytes of a row
 */
export function filterPng(pixels: usize, target: usize, stride: i32, height: i32): void {
  const rowBytes = <usize>stride + 2 * MARGIN;
  let above = reserve(rowBytes) + MARGIN;
  let here = reserve(rowBytes) + MARGIN;
  memory.fill(above - MARGIN, 0, rowBytes);
  memory.fill(here - MARGIN, 0, rowBytes);
  const candidates = reserve(FILTERS * rowBytes);
  sums = reserve(FILTERS * 16);
  for (let y = 0; y < height; y++) {
    memory.copy(here, pixels + y * stride, stride);
    filterRow(here, above, candidates, rowBytes, stride);
    const filter = smallestSum();
    store<u8>(target, <u8>filter);
    memory.copy(target + 1, candidates + filter * rowBytes, stride);
    target += stride + 1;
    const free = above;
    above = here;
    here = free;
  }
}

/** All five at a time. Up to 15 bytes beyond the row count as well, which only sways the choice. */
function filterRow(
  here: usize,
  above: usize,
  candidates: usize,
  candidateBytes: usize,
  stride: i32,
): void {
  const sub = candidates + candidateBytes;
  const up = sub + candidateBytes;
  const average = up + candidateBytes;
  const paeth = average + candidateBytes;
  let noneSum = i32x4.splat(0);
  let subSum = i32x4.splat(0);
  let upSum = i32x4.splat(0);
  let averageSum = i32x4.splat(0);
  let paethSum = i32x4.splat(0);
  const ones = i8x16.splat(1);
  for (let i = 0; i < stride; i += 16) {
    const x = v128.load(here + i);
    const a = v128.load(here + i - BYTES_A_PIXEL);
    const b = v128.load(above + i);
    const c = v128.load(above + i - BYTES_A_PIXEL);
    v128.store(candidates + i, x);
    noneSum = i32x4.add(noneSum, magnitudes(x));
    const afterSub = i8x16.sub(x, a);
    v128.store(sub + i, afterSub);
    subSum = i32x4.add(subSum, magnitudes(afterSub));
    const afterUp = i8x16.sub(x, b);
    v128.store(up + i, afterUp);
    upSum = i32x4.add(upSum, magnitudes(afterUp));
    // The mean rounded down: avgr rounds up.
    const mean = i8x16.sub(i8x16.avgr_u(a, b), v128.and(v128.xor(a, b), ones));
    const afterAverage = i8x16.sub(x, mean);
    v128.store(average + i, afterAverage);
    averageSum = i32x4.add(averageSum, magnitudes(afterAverage));
    const afterPaeth = i8x16.sub(x, paethPredictor(a, b, c));
    v128.store(paeth + i, afterPaeth);
    paethSum = i32x4.add(paethSum, magnitudes(afterPaeth));
  }
  v128.store(sums, noneSum);
  v128.store(sums + 16, subSum);
  v128.store(sums + 32, upSum);
  v128.store(sums + 48, averageSum);
  v128.store(sums + 64, paethSum);
}

/** Of bytes as signed numbers. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function magnitudes(bytes: v128): v128 {
  return i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(i8x16.abs(bytes)));
}

/** Whichever of left, above and above left is nearest to left + above - above left. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function paethPredictor(a: v128, b: v128, c: v128): v128 {
  const lowC = i16x8.extend_low_i8x16_u(c);
  const highC = i16x8.extend_high_i8x16_u(c);
  const lowFromA = i16x8.sub(i16x8.extend_low_i8x16_u(b), lowC);
  const highFromA = i16x8.sub(i16x8.extend_high_i8x16_u(b), highC);
  const lowFromB = i16x8.sub(i16x8.extend_low_i8x16_u(a), lowC);
  const highFromB = i16x8.sub(i16x8.extend_high_i8x16_u(a), highC);
  const lowA = i16x8.abs(lowFromA);
  const highA = i16x8.abs(highFromA);
  const lowB = i16x8.abs(lowFromB);
  const highB = i16x8.abs(highFromB);
  const lowDistanceC = i16x8.abs(i16x8.add(lowFromA, lowFromB));
  const highDistanceC = i16x8.abs(i16x8.add(highFromA, highFromB));
  const isA = i8x16.narrow_i16x8_s(
    v128.and(i16x8.le_s(lowA, lowB), i16x8.le_s(lowA, lowDistanceC)),
    v128.and(i16x8.le_s(highA, highB), i16x8.le_s(highA, highDistanceC)),
  );
  const isB = i8x16.narrow_i16x8_s(
    i16x8.le_s(lowB, lowDistanceC),
    i16x8.le_s(highB, highDistanceC),
  );
  return v128.bitselect(a, v128.bitselect(b, c, isB), isA);
}

function smallestSum(): usize {
  let smallest: usize = 0;
  let least = u32.MAX_VALUE;
  for (let filter: usize = 0; filter < FILTERS; filter++) {
    const at = sums + filter * 16;
    const sum = load<u32>(at) + load<u32>(at, 4) + load<u32>(at, 8) + load<u32>(at, 12);
    if (sum < least) {
      least = sum;
      smallest = filter;
    }
  }
  return smallest;
}
