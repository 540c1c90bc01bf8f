import { estimateText } from '../page/format.ts';
import { columnName, perDataset, type Section } from './section.ts';

export const dimensions: Section = {
  id: 'dimensions',
  title: 'Further dimensions',
  blocks: (content) =>
    perDataset(content, ({ report }) => {
      const { dimensions: measured, entries } = report;
      if (measured.length === 0) return [];
      return [
        {
          kind: 'text',
          text: "Some columns rate further dimensions in the same reply. Each is correlated with the data set's own scores of it, where a tag of that name holds a number for every image, and with MOS.",
        },
        {
          kind: 'table',
          caption: 'By dimension',
          head: ['column', 'dimension', 'SRCC with its own scores', 'SRCC with MOS'],
          align: 'llrr',
          rows: measured.flatMap(({ column, name, own, MOS }) => {
            const entry = entries.find((one) => one.column === column);
            return entry
              ? [[columnName(entry), name, own.problem ?? estimateText(own), estimateText(MOS)]]
              : [];
          }),
        },
      ];
    }),
};
