import { reserve } from './memory';
import { BLOCK_UNIFORMS, seedTwister, skipUniforms, TWISTER_BYTES } from './mersenne-twister';
import { MAX_TAKEN, newStream, startStream, takeUniforms, UniformStream } from './uniform-stream';

/**
 * The plasma map of plasma-map.ts, row by row. A level takes the rows of the level before, the corners,
 * and puts the middles between them; each keeps the few rows that the next needs, and none the map. The
 * map is a torus, so a level can begin at any row. Beginning at the last but one, level after level, it
 * has the rows above the first when it comes to that: rows come in the order -2, -1, 0, 1, 2, ...
 *
 * The random numbers are drawn level by level, and within one all centres before all middles of top edges
 * before all of left edges. So each of the three has a stream of its own, and a first pass over the whole
 * sequence notes the generator's state at the places where they begin.
 */
@unmanaged
export class Plasma {
  /** The last level, and how many there are. */
  last: Level;
  /** Least and largest of all points so far. */
  least: f32;
  largest: f32;
}

/** Rows are named as in the image, from -2 on. */
@unmanaged
class Level {
  plasma: Plasma;
  /** The level before; none for the first, whose one corner is 0. */
  before: Level | null;
  /** Points along a side of each of the four grids: corners, centres, middles of top and left edges. */
  side: i32;
  amplitude: f64;

  centreDraws: Section;
  topDraws: Section;
  leftDraws: Section;

  /** Rows of the grids that were made; two rows of the map come from each. */
  made: i32;
  /** Whether the second of the two is still to be given. */
  hasSecond: bool;

  /** Rows -2 and -1 of the corners and row -2 of the centres, which are needed again at the end. */
  firstCorners: usize;
  secondCorners: usize;
  firstCentres: usize;
  /** Rooms for further rows, used in turn. */
  evenCorners: usize;
  oddCorners: usize;
  evenCentres: usize;
  oddCentres: usize;
  /** The row that is being made: corners here and below, centres here and above, middles. */
  here: usize;
  below: usize;
  centres: usize;
  above: usize;
  tops: usize;
  lefts: usize;
}

/** The uniforms of one grid: where its rows begin in the sequence. */
@unmanaged
class Section {
  stream: UniformStream;
  /** State of the generator and what is skipped, for the row that is made first and for row 0. */
  firstTwister: usize;
  firstSkipped: i32;
  zeroTwister: usize;
  zeroSkipped: i32;
}

/** Room in floats on both sides of a row, for the points from the opposite edge. */
const EDGE: i32 = 4;

const QUARTER = memory.data<f32>([0.25]);

/** @param size of the map, a power of two, at least 4 */
export function newPlasma(size: i32, decay: f64, seed: u32): Plasma {
  const plasma = changetype<Plasma>(reserve(offsetof<Plasma>()));
  plasma.least = 0;
  plasma.largest = 0;
  const twister = reserve(TWISTER_BYTES);
  seedTwister(twister, seed);
  let before: Level | null = null;
  let amplitude: f64 = 100;
  let drawn: u64 = 0;
  let passed: u64 = 0;
  for (let side = 1; side < size; side *= 2) {
    const level = newLevel(plasma, before, side, amplitude);
    const area = <u64>side * <u64>side;
    passed = note(level.centreDraws, twister, passed, drawn, max(0, side - 2), side);
    passed = note(level.topDraws, twister, passed, drawn + area, side - 1, side);
    passed = note(level.leftDraws, twister, passed, drawn + 2 * area, side - 1, side);
    begin(level);
    drawn += 3 * area;
    amplitude /= decay;
    plasma.last = level;
    before = level;
  }
  return plasma;
}

/**
 * Notes where a grid's uniforms begin.
 *
 * @param twister state of the generator after `passed` whole blocks; moved on
 * @param start place of row 0 in the sequence
 * @param firstRow the row that is made first
 * @returns whole blocks passed
 */
function note(
  section: Section,
  twister: usize,
  passed: u64,
  start: u64,
  firstRow: i32,
  side: i32,
): u64 {
  passed = passTo(twister, passed, start);
  section.zeroTwister = copyOf(twister);
  section.zeroSkipped = <i32>(start - passed * BLOCK_UNIFORMS);
  const first = start + <u64>firstRow * <u64>side;
  passed = passTo(twister, passed, first);
  section.firstTwister = copyOf(twister);
  section.firstSkipped = <i32>(first - passed * BLOCK_UNIFORMS);
  return passed;
}

function passTo(twister: usize, passed: u64, place: u64): u64 {
  for (; (passed + 1) * BLOCK_UNIFORMS <= place; passed++) skipUniforms(twister);
  return passed;
}

function copyOf(twister: usize): usize {
  const copy = reserve(TWISTER_BYTES);
  memory.copy(copy, twister, TWISTER_BYTES);
  return copy;
}

function newLevel(plasma: Plasma, before: Level | null, side: i32, amplitude: f64): Level {
  const level = changetype<Level>(reserve(offsetof<Level>()));
  level.plasma = plasma;
  level.before = before;
  level.side = side;
  level.amplitude = amplitude;
  level.made = 0;
  level.hasSecond = false;
  level.centreDraws = newSection();
  level.topDraws = newSection();
  level.leftDraws = newSection();
  level.firstCorners = newRow(side);
  level.secondCorners = newRow(side);
  level.firstCentres = newRow(side);
  level.evenCorners = newRow(side);
  level.oddCorners = newRow(side);
  level.evenCentres = newRow(side);
  level.oddCentres = newRow(side);
  level.tops = newRow(side);
  level.lefts = newRow(side);
  return level;
}

function newSection(): Section {
  const section = changetype<Section>(reserve(offsetof<Section>()));
  section.stream = newStream();
  return section;
}

function newRow(side: i32): usize {
  return reserve((side + 2 * EDGE) * 4) + EDGE * 4;
}

/** Makes what a level needs before its first row. */
function begin(level: Level): void {
  const side = level.side;
  startFirst(level.centreDraws);
  startFirst(level.topDraws);
  startFirst(level.leftDraws);
  const before = level.before;
  if (before === null) {
    // The one point of the first level is its own neighbour on all sides.
    store<f32>(level.firstCorners, 0);
    store<f32>(level.firstCorners + 4, 0);
    level.below = level.firstCorners;
    return;
  }
  readCorners(level, before, level.firstCorners);
  readCorners(level, before, level.secondCorners);
  drawCentres(level, level.firstCorners, level.secondCorners, level.firstCentres);
  level.centres = level.firstCentres;
  level.below = level.secondCorners;
}

function startFirst(draws: Section): void {
  startStream(draws.stream, draws.firstTwister, draws.firstSkipped);
}

function startZero(draws: Section): void {
  startStream(draws.stream, draws.zeroTwister, draws.zeroSkipped);
}

function readCorners(level: Level, before: Level, row: usize): void {
  nextRow(before, row);
  store<f32>(row + level.side * 4, load<f32>(row));
}

function drawCentres(level: Level, here: usize, below: usize, centres: usize): void {
  midpoints(level, level.centreDraws.stream, here, below, here + 4, below + 4, centres);
  store<f32>(centres - 4, load<f32>(centres + (level.side - 1) * 4));
}

/**
 * The next row of the map that a level makes, twice as long as its side: -2, then -1, 0, 1, ...
 *
 * @param target room for it; 0 if the row is not needed
 */
export function nextRow(level: Level, target: usize): void {
  if (level.hasSecond) {
    level.hasSecond = false;
    if (target) interleave(level.lefts, level.centres, level.side, target);
    return;
  }
  makeRow(level);
  level.hasSecond = true;
  if (target) interleave(level.here, level.tops, level.side, target);
}

/** Makes the next row of the four grids: -1, then 0, 1, ..., -2. */
function makeRow(level: Level): void {
  const made = level.made;
  const side = level.side;
  if (made == 1) {
    // After row -1 comes row 0; of the centres, which are a row ahead, row 0 comes now too.
    startZero(level.centreDraws);
    startZero(level.topDraws);
    startZero(level.leftDraws);
  }
  const isEven = (made & 1) == 0;
  level.here = level.below;
  level.above = level.centres;
  const before = level.before;
  if (before === null) {
    level.centres = level.evenCentres;
    level.above = level.evenCentres;
    drawCentres(level, level.here, level.below, level.centres);
  } else {
    if (made < side - 2) {
      level.below = isEven ? level.evenCorners : level.oddCorners;
      readCorners(level, before, level.below);
    } else {
      level.below = made == side - 2 ? level.firstCorners : level.secondCorners;
    }
    if (made < side - 1) {
      level.centres = isEven ? level.evenCentres : level.oddCentres;
      drawCentres(level, level.here, level.below, level.centres);
    } else {
      level.centres = level.firstCentres;
    }
  }
  const here = level.here;
  const centres = level.centres;
  midpoints(level, level.topDraws.stream, centres, level.above, here, here + 4, level.tops);
  midpoints(level, level.leftDraws.stream, centres, centres - 4, here, level.below, level.lefts);
  level.made = made + 1;
}

function interleave(even: usize, odd: usize, count: i32, target: usize): void {
  let x = 0;
  for (; x + 4 <= count; x += 4) {
    const a = v128.load(even + x * 4);
    const b = v128.load(odd + x * 4);
    v128.store(target + x * 8, i32x4.shuffle(a, b, 0, 4, 1, 5));
    v128.store(target + x * 8, i32x4.shuffle(a, b, 2, 6, 3, 7), 16);
  }
  for (; x < count; x++) {
    store<f32>(target + x * 8, load<f32>(even + x * 4));
    store<f32>(target + x * 8, load<f32>(odd + x * 4), 4);
  }
}

/** A row of points: ((a + b) + (c + d)) / 4 in single precision, plus noise of the squared amplitude. */
function midpoints(
  level: Level,
  stream: UniformStream,
  a: usize,
  b: usize,
  c: usize,
  d: usize,
  target: usize,
): void {
  const side = level.side;
  const amplitude = level.amplitude;
  const plasma = level.plasma;
  // The uniforms come times 2^53. Powers of two round nothing.
  const width = 2 * amplitude * (1.0 / 9007199254740992);
  if (side < 4) {
    const uniforms = takeUniforms(stream, side);
    for (let x = 0; x < side * 4; x += 4) {
      const sum: f32 =
        load<f32>(a + x) + load<f32>(b + x) + (load<f32>(c + x) + load<f32>(d + x));
      const noise = amplitude * (-amplitude + width * load<f64>(uniforms + x * 2));
      const value = <f32>(<f64>(sum * 0.25) + noise);
      store<f32>(target + x, value);
      plasma.least = min(plasma.least, value);
      plasma.largest = max(plasma.largest, value);
    }
    return;
  }
  const amplitudes = f64x2.splat(amplitude);
  const lowest = f64x2.splat(-amplitude);
  const widths = f64x2.splat(width);
  const quarter = v128.load32_splat(QUARTER);
  let least = f32x4.splat(plasma.least);
  let largest = f32x4.splat(plasma.largest);
  for (let start = 0; start < side; start += MAX_TAKEN) {
    const count = min(MAX_TAKEN, side - start);
    let uniforms = takeUniforms(stream, count);
    const end = (start + count) * 4;
    for (let x = start * 4; x < end; x += 16, uniforms += 32) {
      const sum = f32x4.add(
        f32x4.add(v128.load(a + x), v128.load(b + x)),
        f32x4.add(v128.load(c + x), v128.load(d + x)),
      );
      const mean = f32x4.mul(sum, quarter);
      const noise0 = f64x2.mul(
        amplitudes,
        f64x2.add(lowest, f64x2.mul(widths, v128.load(uniforms))),
      );
      const noise1 = f64x2.mul(
        amplitudes,
        f64x2.add(lowest, f64x2.mul(widths, v128.load(uniforms, 16))),
      );
      const low = f32x4.demote_f64x2_zero(
        f64x2.add(f64x2.promote_low_f32x4(mean), noise0),
      );
      const high = f32x4.demote_f64x2_zero(
        f64x2.add(f64x2.promote_low_f32x4(i64x2.shuffle(mean, mean, 1, 1)), noise1),
      );
      const values = i64x2.shuffle(low, high, 0, 2);
      v128.store(target + x, values);
      least = f32x4.pmin(least, values);
      largest = f32x4.pmax(largest, values);
    }
  }
  least = f32x4.pmin(least, i64x2.shuffle(least, least, 1, 1));
  largest = f32x4.pmax(largest, i64x2.shuffle(largest, largest, 1, 1));
  plasma.least = min(f32x4.extract_lane(least, 0), f32x4.extract_lane(least, 1));
  plasma.largest = max(f32x4.extract_lane(largest, 0), f32x4.extract_lane(largest, 1));
}
