import { describe, expect, it } from 'vitest';
import { unitsOfImages } from '../../src/statistics/units.ts';

const unitsOf = (...images: readonly (readonly [sha256: string, group?: string])[]) => {
  const { names, kind } = unitsOfImages(
    images.map(([sha256, group], i) => ({
      image: `${i}.png`,
      sha256,
      ...(group !== undefined && { group }),
    })),
  );
  return { kind, places: names.map((name) => names.indexOf(name)) };
};

describe('the independent units of images', () => {
  it('are the files where there are no groups', () => {
    expect(unitsOf(['a'], ['b'], ['a'])).toEqual({ kind: 'images', places: [0, 1, 0] });
  });

  it('are the groups, joined where they hold the same file', () => {
    expect(unitsOf(['a', '1'], ['b', '2'], ['c', '1'], ['d', '3'])).toEqual({
      kind: 'groups',
      places: [0, 1, 0, 3],
    });
    expect(unitsOf(['a', '1'], ['b', '2'], ['c', '3'], ['b', '1'], ['c', '2'], ['d', '4'])).toEqual(
      { kind: 'groups', places: [0, 0, 0, 0, 0, 5] },
    );
  });
});
