import { describe, expect, it } from 'vitest';
import type { DatasetReport } from '../../src/report/report-schema.ts';
import { directionNotes } from '../../src/report/sections/direction.ts';

const notesOf = (highs: (number | null)[], direction: string | null = null) =>
  directionNotes({
    direction,
    entries: highs.map((high) => ({ SRCC: { high } })),
  } as unknown as DatasetReport);

describe('the direction of the scores', () => {
  it('is doubted where the intervals of most columns lie below 0', () => {
    expect(notesOf([-0.1, -0.2, 0.3])).toEqual([
      expect.stringMatching(
        /^the SRCC interval of 2 of 3 columns lies below 0: .*direction: lower/,
      ),
    ]);
    expect(notesOf([-0.1, null])).toEqual([expect.stringContaining('1 of 1 columns')]);
  });

  it('is not doubted for half of them, for intervals that hold 0, or for none', () => {
    for (const highs of [[-0.1, 0.2], [0], [0.5, 0.1], [null], []]) {
      expect(notesOf(highs)).toEqual([]);
    }
  });

  it('is told where it is not that of the file', () => {
    expect(notesOf([0.5], 'mos is 1 - dmos')).toEqual(['mos is 1 - dmos']);
  });
});
