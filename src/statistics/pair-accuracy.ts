import { checkPairs } from './check-pairs.ts';
import { countConcordance } from './concordance.ts';
import { normalUpperQuantile } from './normal.ts';
import type { Units } from './resample.ts';
import type { Statistic } from './statistic.ts';
import { UndefinedCorrelationError } from './undefined-correlation-error.ts';

export interface PairAccuracy extends Statistic {
  /** All pairs of images. */
  pairs: number;
  /** Pairs that people tell apart, over which it is taken. */
  told: number;
}

/** P of a difference that people's errors alone bring about, two-sided. */
const ALPHA = 0.05;

/** The pairs of more units than this take too long for each draw; draws are of first order then. */
const MOST_EXACT_UNITS = 500;

/**
 * Share of the pairs that people tell apart which the scores put in the same order; pairs that have the same
 * score count half, as a guess would.
 *
 * People tell two images apart where their MOS differ by more than 1.96 standard errors of the difference,
 * `sqrt(e_i^2 + e_j^2)`: the two-sided z test at 0.05 (Krasula, Fliegel, Le Callet & Klima, On the accuracy of
 * objective image and video quality models, QoMEX 2016; ITU-T P.1401). Without standard errors there is no
 * such band, and only pairs of equal MOS are left out.
 *
 * @param scores as ranks take them, higher is better
 * @param errors standard error of each MOS, on its scale; undefined: not known
 * @param units that are drawn together
 * @returns 0..1
 * @throws as `checkPairs`; UndefinedCorrelationError people tell no pair apart
 * @example
 * pairAccuracy([0.2, 0.5, 0.4], [30, 50, 70], undefined, unitsOf(3)).estimate; // 0.6667
 */
export function pairAccuracy(
  scores: ArrayLike<number>,
  mos: ArrayLike<number>,
  errors: ArrayLike<number> | undefined,
  units: Units,
): PairAccuracy {
  checkPairs(scores, mos);
  return errors ? withBand(scores, mos, errors, units) : withoutBand(scores, mos);
}

function withoutBand(scores: ArrayLike<number>, mos: ArrayLike<number>): PairAccuracy {
  const count = countConcordance(scores, mos);
  const countsOf = (multiplicities: ArrayLike<number>) => {
    const { pairs, tiedInX, tiedInY, tiedInBoth, discordant } = count(multiplicities);
    const told = pairs - tiedInY;
    const tiedScores = tiedInX - tiedInBoth;
    return { pairs, told, accuracy: (told - discordant - tiedScores / 2) / told };
  };
  const { pairs, told, accuracy } = countsOf(new Uint8Array(scores.length).fill(1));
  return {
    estimate: accuracy,
    pairs,
    told,
    // 0/0, which is NaN, where all MOS are equal.
    resample: (multiplicities) => countsOf(multiplicities).accuracy,
  };
}

function withBand(
  scores: ArrayLike<number>,
  mos: ArrayLike<number>,
  errors: ArrayLike<number>,
  units: Units,
): PairAccuracy {
  const n = scores.length;
  const z = normalUpperQuantile(ALPHA / 2);
  // Squares, whose sum is the square of the band of two images.
  const bands = Float64Array.from(errors, (error) => (z * error) ** 2);
  const sums = units.count <= MOST_EXACT_UNITS ? exactSums(units) : firstOrderSums(units);
  let told = 0;
  let right = 0;
  for (let i = 1; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const difference = mos[i]! - mos[j]!;
      if (difference * difference <= bands[i]! + bands[j]!) continue;
      const order = Math.sign(difference) * Math.sign(scores[i]! - scores[j]!);
      const hit = (1 + order) / 2;
      told += 1;
      right += hit;
      sums.add(units.unitOf[i]!, units.unitOf[j]!, hit);
    }
  }
  if (told === 0) {
    throw new UndefinedCorrelationError(
      'people tell no two of these images apart: their MOS differ less than the raters do',
    );
  }
  return { estimate: right / told, pairs: (n * (n - 1)) / 2, told, resample: sums.ratio };
}

/** Pairs told apart and pairs in the right order, gathered by units. */
interface PairSums {
  add(a: number, b: number, hit: number): void;
  /** Right over told of a resample. */
  ratio(multiplicities: Int32Array): number;
}

/** How often each unit was drawn: all of its images stand as often. */
function drawnUnits({ unitOf, count }: Units): (multiplicities: Int32Array) => Float64Array {
  const first = new Int32Array(count);
  for (let i = unitOf.length - 1; i >= 0; i--) first[unitOf[i]!] = i;
  const drawn = new Float64Array(count);
  return (multiplicities) => {
    for (let unit = 0; unit < count; unit++) drawn[unit] = multiplicities[first[unit]!]!;
    return drawn;
  };
}

function exactSums(units: Units): PairSums {
  const { count } = units;
  const told = new Float64Array(count * count);
  const right = new Float64Array(count * count);
  const drawnOf = drawnUnits(units);
  return {
    add(a, b, hit) {
      const place = a > b ? a * count + b : b * count + a;
      told[place]! += 1;
      right[place]! += hit;
    },
    ratio(multiplicities) {
      const drawn = drawnOf(multiplicities);
      let allTold = 0;
      let allRight = 0;
      for (let a = 0; a < count; a++) {
        const weight = drawn[a]!;
        if (weight === 0) continue;
        let ownTold = 0;
        let ownRight = 0;
        for (let b = 0, place = a * count; b <= a; b++, place++) {
          ownTold += drawn[b]! * told[place]!;
          ownRight += drawn[b]! * right[place]!;
        }
        allTold += weight * ownTold;
        allRight += weight * ownRight;
      }
      return allRight / allTold;
    },
  };
}

/**
 * Of pairs only each unit's own sum is kept (Hájek's projection): with 1 + d_g draws of unit g the sum over
 * pairs is that of the sample plus `sum_g d_g H_g`. What is left out, products of two d, is small beside it: of
 * 600 images single draws move by 11 % of their standard deviation, and that by 0.4 %.
 */
function firstOrderSums(units: Units): PairSums {
  const told = new Float64Array(units.count);
  const right = new Float64Array(units.count);
  const all = { told: 0, right: 0 };
  const drawnOf = drawnUnits(units);
  return {
    add(a, b, hit) {
      told[a]! += 1;
      told[b]! += 1;
      right[a]! += hit;
      right[b]! += hit;
      all.told += 1;
      all.right += hit;
    },
    ratio(multiplicities) {
      const drawn = drawnOf(multiplicities);
      let ownTold = all.told;
      let ownRight = all.right;
      for (let unit = 0; unit < units.count; unit++) {
        ownTold += (drawn[unit]! - 1) * told[unit]!;
        ownRight += (drawn[unit]! - 1) * right[unit]!;
      }
      // A draw without the few units that are in the wrong would be better than right.
      return Math.min(1, Math.max(0, ownRight / ownTold));
    },
  };
}
