import { compareText } from '../../common/compare-text.ts';
import type { CorrelationAnswer } from '../../rows/correlation-row.ts';
import { namedRows } from './named-rows.ts';

type Row = CorrelationAnswer['rows'][number];

export interface MatchedRows {
  now: Row[];
  /** In the order of `now`. */
  before: Row[];
  /** Images that only one of the two has scored, because they are missing in the other. */
  leftOut: string[];
  /** Why the images cannot be compared, one phrase each. */
  differences: string[];
}

/**
 * Pairs the rows of two runs by the content of their files; a file that stands several times in the
 * data set, in the order of its MOS. An image that one run has tried and not scored (`missing`), or had for an
 * anchor, is left out of both; any other image that only one has makes them different, and so does another MOS or group.
 *
 * @param earlier how phrases call the run before
 */
export function matchRows(
  now: CorrelationAnswer,
  before: CorrelationAnswer,
  earlier: string,
): MatchedRows {
  const rest = Map.groupBy(inOrder(before.rows), ({ sha256 }) => sha256);
  const partners = new Map(inOrder(now.rows).map((row) => [row, rest.get(row.sha256)?.shift()]));
  const unpaired = new Set([...rest.values()].flat());
  const paired = now.rows.flatMap((row) => {
    const partner = partners.get(row);
    return partner ? [{ now: row, before: partner }] : [];
  });
  const onlyNow = now.rows.filter((row) => !partners.get(row));
  const onlyBefore = before.rows.filter((row) => unpaired.has(row));
  const added = withoutMissing(onlyNow, before);
  const gone = withoutMissing(onlyBefore, now);
  const changes = (of: (row: Row) => string | number) =>
    paired
      .filter((pair) => of(pair.now) !== of(pair.before))
      .map((pair) => `${pair.now.image}: ${of(pair.before)} there, ${of(pair.now)} here`);
  return {
    now: paired.map((pair) => pair.now),
    before: paired.map((pair) => pair.before),
    leftOut: [...onlyNow, ...onlyBefore].map(({ image }) => image),
    differences: [
      ...namedRows(
        'image',
        added.map(({ image }) => image),
        `not in ${earlier}`,
      ),
      ...namedRows(
        'image',
        gone.map(({ image }) => image),
        `only in ${earlier}`,
      ),
      ...namedRows(
        'image',
        changes(({ mos }) => mos),
        isTurned(paired)
          ? 'with another MOS, in the opposite order, as if only one of the runs had direction: lower'
          : 'with another MOS',
      ),
      ...namedRows(
        'image',
        changes(({ group }) => (group === undefined ? 'no group' : JSON.stringify(group))),
        'with another group',
      ),
    ],
  };
}

/** Whether each image that is better by its MOS in one run is worse in the other. */
function isTurned(pairs: readonly { now: Row; before: Row }[]): boolean {
  const sorted = pairs.toSorted((a, b) => a.now.mos - b.now.mos);
  const steps = sorted.slice(1).map(({ now, before }, index) => ({
    now: now.mos - (sorted[index]?.now.mos ?? 0),
    before: before.mos - (sorted[index]?.before.mos ?? 0),
  }));
  return (
    steps.some(({ now }) => now > 0) &&
    steps.every(({ now, before }) => (now > 0 ? before < 0 : before === 0))
  );
}

const inOrder = (rows: readonly Row[]): Row[] =>
  rows.toSorted((a, b) => a.mos - b.mos || compareText(a.group ?? '', b.group ?? ''));

const withoutMissing = (rows: readonly Row[], other: CorrelationAnswer): Row[] => {
  const missing = new Set([...other.missing.map(({ image }) => image), ...other.anchors]);
  return rows.filter(({ image }) => !missing.has(image));
};
