import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** What is drawn together: single images, or all images of a reference. */
export interface Units {
  /** Unit of each image, 0..count-1. */
  unitOf: Uint32Array;
  count: number;
}

/**
 * Independent units by name: images of one name (a reference photograph, or a file that stands twice
 * in a data set) are drawn together. Numbered in the order of their names, so that what is drawn does
 * not depend on the order of the rows. Without names each image is its own unit.
 *
 * @throws RangeError as many names as images are needed
 * @example
 * const { unitOf, count } = unitsOf(3, ['boat', 'boat', 'alley']);
 * [[...unitOf], count]; // [[1, 1, 0], 2]
 */
export function unitsOf(images: number, names?: readonly string[]): Units {
  if (!names) return { unitOf: Uint32Array.from({ length: images }, (_, i) => i), count: images };
  if (names.length !== images) {
    throw new RangeError(`${names.length} unit names cannot be paired with ${images} images`);
  }
  const numbers = new Map([...new Set(names)].sort().map((name, number) => [name, number]));
  return {
    unitOf: Uint32Array.from(names, (name) => numbers.get(name) as number),
    count: numbers.size,
  };
}

/**
 * Draws as many units as there are, with replacement, `draws` times.
 *
 * @param seed 32-bit integer; the same units and seed give the same draws
 * @param visit is given how often each image was drawn; the array is reused
 */
export function forEachResample(
  { unitOf, count }: Units,
  options: { draws: number; seed: number },
  visit: (multiplicities: Int32Array, draw: number) => void,
): void {
  const multiplicities = new Int32Array(unitOf.length);
  forEachDraw(count, options, (drawn, draw) => {
    for (let i = 0; i < unitOf.length; i++) {
      multiplicities[i] = drawn[unitOf[i]!]!;
    }
    visit(multiplicities, draw);
  });
}

type Drawn = Int32Array | Uint16Array;

/** The latest draws, if they are few enough to be kept: a report's statistics want the same ones one after the other. */
let kept: { count: number; draws: number; seed: number; all: Uint16Array } | undefined;

/** 16 MB. */
const MOST_KEPT = 8_000_000;

/** @param visit is given how often each unit was drawn; the array is reused */
function forEachDraw(
  count: number,
  { draws, seed }: { draws: number; seed: number },
  visit: (drawn: Drawn, draw: number) => void,
): void {
  if (kept?.count === count && kept.draws === draws && kept.seed === seed) {
    const { all } = kept;
    for (let draw = 0; draw < draws; draw++) {
      visit(all.subarray(draw * count, (draw + 1) * count), draw);
    }
    return;
  }
  // No unit is drawn more often than there are units.
  const isKept = count * draws <= MOST_KEPT && count < 2 ** 16;
  const all = isKept ? new Uint16Array(count * draws) : undefined;
  const random = xoroshiro128plus(seed);
  const drawn = new Int32Array(count);
  for (let draw = 0; draw < draws; draw++) {
    drawn.fill(0);
    for (let i = 0; i < count; i++) {
      const unit = uniformInt(random, 0, count - 1);
      drawn[unit] = drawn[unit]! + 1;
    }
    all?.set(drawn, draw * count);
    visit(drawn, draw);
  }
  if (all) kept = { count, draws, seed, all };
}
