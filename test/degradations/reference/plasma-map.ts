import { Mt19937 } from '../../../src/degradations/mt19937.ts';

/** Amplitude on the first level; the noise added is its square. */
const FIRST_AMPLITUDE = 100;

export interface PlasmaMap {
  /** `size * size` values in 0..1, row-major. */
  values: Float32Array;
  size: number;
}

/**
 * A plasma map by the diamond-square method on a torus (Fournier, Fussell & Carpenter 1982), its
 * values scaled to 0..1. `size * size - 1` uniforms are drawn.
 *
 * @param size power of two
 * @param decay by how much the amplitude shrinks per level; its square is what the noise shrinks by
 */
export function plasmaMap(size: number, decay: number, seed: number): PlasmaMap {
  const random = new Mt19937(seed);
  const values = new Float32Array(size * size);
  let amplitude = FIRST_AMPLITUDE;
  for (let step = size; step >= 2; step /= 2) {
    fillCentres(values, size, step, amplitude, random);
    fillTopEdges(values, size, step, amplitude, random);
    fillLeftEdges(values, size, step, amplitude, random);
    amplitude /= decay;
  }
  scaleToUnit(values);
  return { values, size };
}

/** The mean of four neighbours, each step in single precision, plus noise of the squared amplitude. */
const midpoint = (sumA: number, sumB: number, amplitude: number, uniform: number): number =>
  Math.fround(Math.fround(Math.fround(sumA) + Math.fround(sumB)) / 4) +
  amplitude * (-amplitude + 2 * amplitude * uniform);

function fillCentres(
  m: Float32Array,
  size: number,
  step: number,
  amplitude: number,
  random: Mt19937,
): void {
  const half = step / 2;
  const mask = size - 1;
  for (let y = 0; y < size; y += step) {
    const row = y * size;
    const below = ((y + step) & mask) * size;
    const centre = (y + half) * size + half;
    for (let x = 0; x < size; x += step) {
      const right = (x + step) & mask;
      m[centre + x] = midpoint(
        m[row + x]! + m[below + x]!,
        m[row + right]! + m[below + right]!,
        amplitude,
        random.uniform(),
      );
    }
  }
}

function fillTopEdges(
  m: Float32Array,
  size: number,
  step: number,
  amplitude: number,
  random: Mt19937,
): void {
  const half = step / 2;
  const mask = size - 1;
  for (let y = 0; y < size; y += step) {
    const row = y * size;
    const centre = (y + half) * size + half;
    const centreAbove = ((y - half) & mask) * size + half;
    for (let x = 0; x < size; x += step) {
      m[row + x + half] = midpoint(
        m[centre + x]! + m[centreAbove + x]!,
        m[row + x]! + m[row + ((x + step) & mask)]!,
        amplitude,
        random.uniform(),
      );
    }
  }
}

function fillLeftEdges(
  m: Float32Array,
  size: number,
  step: number,
  amplitude: number,
  random: Mt19937,
): void {
  const half = step / 2;
  const mask = size - 1;
  for (let y = 0; y < size; y += step) {
    const row = y * size;
    const below = ((y + step) & mask) * size;
    const centre = (y + half) * size;
    for (let x = 0; x < size; x += step) {
      m[centre + x] = midpoint(
        m[centre + x + half]! + m[centre + ((x - half) & mask)]!,
        m[row + x]! + m[below + x]!,
        amplitude,
        random.uniform(),
      );
    }
  }
}

function scaleToUnit(m: Float32Array): void {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < m.length; i++) {
    const value = m[i]!;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const range = Math.fround(max - min);
  for (let i = 0; i < m.length; i++) m[i] = Math.fround(m[i]! - min) / range;
}
