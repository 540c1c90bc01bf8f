import { integer } from '../page/format.ts';
import { columnName, perDataset, type Section } from './section.ts';

export const missing: Section = {
  id: 'missing',
  title: 'Images without a score',
  blocks: async (content) => {
    const blocks = await perDataset(content, ({ report }) =>
      report.entries.flatMap((entry) => {
        const { total, scored, failed } = entry.images;
        if (scored === total) return [];
        const more = total - scored - failed.length;
        return [
          {
            kind: 'text' as const,
            text: `${columnName(entry)}: ${integer(total - scored)} of ${integer(total)}`,
          },
          {
            kind: 'list' as const,
            items: [
              ...failed.map(({ image, reason }) => `${image}: ${reason}`),
              ...(more > 0 ? [`and ${integer(more)} more`] : []),
            ],
          },
        ];
      }),
    );
    const { otherColumns } = content.report;
    return otherColumns.length === 0
      ? blocks
      : [
          ...blocks,
          {
            kind: 'text',
            text: `Left out, because their provider is none of this plugin: ${otherColumns.join('; ')}`,
          },
        ];
  },
};
