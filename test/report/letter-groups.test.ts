import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { letterGroups } from '../../src/report/verdict/letter-groups.ts';

/** Columns by whether each pair of them differs. */
const relations = fc.integer({ min: 1, max: 9 }).chain((count) =>
  fc.array(fc.boolean(), { minLength: count * count, maxLength: count * count }).map((flags) => ({
    count,
    differ: (a: number, b: number) => flags[Math.min(a, b) * count + Math.max(a, b)] === true,
  })),
);

describe('letterGroups', () => {
  it('lets two columns share a letter exactly where they are not told apart', () => {
    fc.assert(
      fc.property(relations, ({ count, differ }) => {
        const letters = letterGroups(count, differ);
        for (let a = 0; a < count; a++) {
          expect(letters[a]?.length).toBeGreaterThan(0);
          for (let b = a + 1; b < count; b++) {
            const shared = letters[a]?.some((letter) => letters[b]?.includes(letter));
            expect(shared).toBe(!differ(a, b));
          }
        }
      }),
    );
  });

  it('gives a column whose neighbours differ both their letters', () => {
    // Only the first and the last are told apart (Piepho 2004, the simplest case).
    expect(letterGroups(3, (a, b) => a === 0 && b === 2)).toEqual([['a'], ['a', 'b'], ['b']]);
    expect(letterGroups(3, () => false)).toEqual([['a'], ['a'], ['a']]);
    expect(letterGroups(3, () => true)).toEqual([['a'], ['b'], ['c']]);
  });

  it('goes on after z', () => {
    const letters = letterGroups(60, () => true).flat();
    expect([letters[25], letters[26], letters[27], letters[52]]).toEqual(['z', 'aa', 'ab', 'ba']);
  });
});
