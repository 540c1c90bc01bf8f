import type { DatasetReport } from '../report-schema.ts';
import { columnName } from './section.ts';

/** A remark on columns some of whose images are shown as anchors of others. */
export const anchorNotes = ({ entries }: Pick<DatasetReport, 'entries'>): string[] =>
  entries.flatMap((entry) => {
    const { anchors, scored } = entry.images;
    if (anchors === 0) return [];
    const why = entry.pairs ? 'with which these are compared' : 'whose scores the model is told';
    return [
      `${columnName(entry)}: ${anchors} of ${scored} images may be anchors of others, ${why}, and take no part in its correlation`,
    ];
  });
