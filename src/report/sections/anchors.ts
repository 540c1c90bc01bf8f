import type { DatasetReport } from '../report-schema.ts';
import { columnName } from './section.ts';

/** A remark on columns some of whose images are shown as anchors of others, one for all of which the same holds. */
export function anchorNotes({ entries }: Pick<DatasetReport, 'entries'>): string[] {
  const columns = entries.filter(({ images }) => images.anchors > 0);
  const alike = Map.groupBy(columns, ({ images: { anchors, scored }, pairs, method }) => {
    const told = pairs ? 'with which these are compared' : 'whose scores the model is told';
    const why = method === 'ensemble' ? ' in a column of the ensemble,' : `, ${told},`;
    return `${anchors} of ${scored} images may be anchors of others${why} and take no part in`;
  });
  return [...alike].map(
    ([text, own]) =>
      `${own.map(columnName).join('; ')}: ${text} ${own.length > 1 ? 'their correlations' : 'its correlation'}`,
  );
}
