import { estimateText } from '../page/format.ts';
import { columnName, perDataset, type Section } from './section.ts';

export const parts: Section = {
  id: 'parts',
  title: 'Wordings and views',
  blocks: (content) =>
    perDataset(content, ({ report }) => {
      const { parts: measured, entries } = report;
      if (measured.length === 0) return [];
      return [
        {
          kind: 'text',
          text: 'A column that asks in several wordings, or about several pieces of an image, averages the answers. This is how well each of them agrees by itself.',
        },
        {
          kind: 'table',
          caption: 'By wording and view',
          head: ['column', 'part', 'SRCC', 'SRCC of the mean'],
          align: 'llrr',
          rows: measured.flatMap(({ column, name, SRCC }) => {
            const entry = entries.find((one) => one.column === column);
            return entry
              ? [[columnName(entry), name, estimateText(SRCC), estimateText(entry.SRCC)]]
              : [];
          }),
        },
      ];
    }),
};
