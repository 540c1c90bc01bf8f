import { UndefinedCorrelationError } from './undefined-correlation-error.ts';

export const MIN_PAIRS = 3;

/**
 * Refuses what has no correlation.
 *
 * @throws UndefinedCorrelationError fewer than 3 pairs, a constant vector
 * @throws RangeError vectors of different lengths, a value that is no finite number
 */
export function checkPairs(x: ArrayLike<number>, y: ArrayLike<number>): void {
  if (x.length !== y.length) {
    throw new RangeError(`${x.length} scores cannot be paired with ${y.length} MOS values`);
  }
  if (x.length < MIN_PAIRS) {
    throw new UndefinedCorrelationError(
      `a correlation needs at least ${MIN_PAIRS} images, there ${x.length === 1 ? 'is' : 'are'} ${x.length}`,
    );
  }
  checkVector('scores', x);
  checkVector('MOS values', y);
}

function checkVector(name: string, values: ArrayLike<number>): void {
  let isConstant = true;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) throw new RangeError(`${name}: number ${i + 1} is ${value}`);
    if (value !== values[0]) isConstant = false;
  }
  if (isConstant) {
    throw new UndefinedCorrelationError(
      `all ${values.length} ${name} are ${values[0]}, so there is no correlation`,
    );
  }
}
