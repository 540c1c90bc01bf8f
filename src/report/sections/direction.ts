import type { DatasetReport } from '../report-schema.ts';

/**
 * What has to be known of the direction of a data set's scores: that its MOS is not the score in the
 * file, and that it looks turned the wrong way. Most of its columns agreeing with people the wrong way
 * round is less likely than that.
 */
export function directionNotes({ direction, entries }: DatasetReport): string[] {
  const intervals = entries.flatMap(({ SRCC: { high } }) => (high === null ? [] : [high]));
  const below = intervals.filter((high) => high < 0).length;
  return [
    ...(direction === null ? [] : [direction]),
    ...(below > intervals.length / 2
      ? [
          `the SRCC interval of ${below} of ${intervals.length} columns lies below 0: either these models rank images the wrong way round, or the scores do. Where lower scores of the list are the better ones, as in most DMOS, set direction: lower; where that is set, the scores may be higher-is-better`,
        ]
      : []),
  ];
}
