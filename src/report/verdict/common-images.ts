import { basename } from 'node:path';
import type { Sample } from './column-sample.ts';

/** What a comparison takes of a sample. */
export type Part = Pick<Sample, 'ranked' | 'mos' | 'errors' | 'units'>;

/**
 * The images that two columns both scored, in the same order. As in a gate against a baseline, an image
 * may be left out only where the other column was asked about it and gave no score, or had it for an anchor.
 */
export function commonImages(a: Sample, b: Sample): { a: Part; b: Part } | { problem: string } {
  const onlyA = unexplained(a, b);
  const onlyB = unexplained(b, a);
  if (onlyA + onlyB > 0) {
    return {
      problem: `${onlyA} images are only in the first and ${onlyB} only in the second`,
    };
  }
  const common = { a: restricted(a, b), b: restricted(b, a) };
  const isSame = common.a.mos.every(
    (mos, i) => mos === common.b.mos[i] && common.a.units[i] === common.b.units[i],
  );
  return isSame ? common : { problem: 'the MOS or the groups of the images differ' };
}

/** Images of `own` that `other` was not even asked about. */
function unexplained(own: Sample, other: Sample): number {
  const scored = new Set(other.keys);
  const unscored = new Set(
    [...other.unscored, ...other.anchors].flatMap((image) => [image, basename(image)]),
  );
  return own.images.filter(({ row: { image } }, index) => {
    const isTried = unscored.has(image) || unscored.has(basename(image));
    return !scored.has(own.keys[index]!) && !isTried;
  }).length;
}

/** Samples are sorted by their keys, so what is left of two is in the same order. */
function restricted({ keys, ranked, mos, errors, units }: Sample, other: Sample): Part {
  const shared = new Set(other.keys);
  const kept = [...keys.keys()].filter((index) => shared.has(keys[index]!));
  return {
    ranked: Float64Array.from(kept, (index) => ranked[index]!),
    mos: Float64Array.from(kept, (index) => mos[index]!),
    errors: errors && Float64Array.from(kept, (index) => errors[index]!),
    units: kept.map((index) => units[index]!),
  };
}
