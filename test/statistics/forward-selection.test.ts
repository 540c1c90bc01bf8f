import { describe, expect, it } from 'vitest';
import { forwardSelection } from '../../src/statistics/forward-selection.ts';

/** What a set is worth where each candidate adds its own worth. */
const sumOf = (worths: readonly number[]) => (set: readonly number[]) =>
  set.reduce((sum, candidate) => sum + worths[candidate]!, 0);

const picked = (...args: Parameters<typeof forwardSelection>) =>
  forwardSelection(...args).map(({ candidate }) => candidate);

describe('forwardSelection', () => {
  it('begins with the best and goes on with what raises the set most', () => {
    expect(forwardSelection(4, 3, sumOf([1, 4, 2, 3]))).toEqual([
      { candidate: 1, value: 4 },
      { candidate: 3, value: 7 },
      { candidate: 2, value: 9 },
    ]);
  });

  it('values sets, not candidates by themselves', () => {
    // 0 and 1 say the same; 2 is worth less by itself and adds what neither has.
    const worth = (set: readonly number[]) =>
      (set.includes(0) || set.includes(1) ? 5 : 0) + (set.includes(2) ? 3 : 0);
    expect(picked(3, 2, worth)).toEqual([0, 2]);
  });

  it('stops where nothing raises the value, an equal one included', () => {
    expect(picked(4, 4, sumOf([2, 0, -1, 1]))).toEqual([0, 3]);
  });

  it('takes the first of those that are equal but for the last bits', () => {
    expect(picked(3, 1, sumOf([0.3, 0.1 + 0.2, 0.3]))).toEqual([0]);
  });

  it('picks no set without a value, and nothing where no single one has any', () => {
    const worth = (set: readonly number[]) => (set[0] === 0 ? undefined : sumOf([9, 1, 2])(set));
    expect(picked(3, 3, worth)).toEqual([2, 0, 1]);
    expect(picked(3, 3, () => undefined)).toEqual([]);
  });
});
