import type { Block } from '../page/blocks.ts';
import { differenceText, estimateText, fixed, NONE } from '../page/format.ts';
import type { DatasetReport, Entry, Tag } from '../report-schema.ts';
import { columnName, perDataset, type Section } from './section.ts';

export const tags: Section = {
  id: 'content',
  title: 'Content bias: agreement by group and tag',
  blocks: (content) =>
    perDataset(content, ({ report }) => {
      const { tags, tagsLeftOut } = report;
      if (tags.length + tagsLeftOut.length === 0) return [];
      return [
        ...(tags.length > 0 ? [{ kind: 'text' as const, text: EXPLANATION }] : []),
        ...tags.flatMap((tag) => tagBlocks(tag, report)),
        ...(tagsLeftOut.length > 0
          ? [
              {
                kind: 'text' as const,
                text: `No categories: ${tagsLeftOut.map(({ name, reason }) => `${name} (${reason})`).join(', ')}.`,
              },
            ]
          : []),
      ];
    }),
};

const EXPLANATION =
  "Bias is the mean of the score, mapped to the scale of the ground truth, minus the ground truth: above 0, such images are rated better than by the data set, with a 95 % interval. A judge without content bias has the same bias everywhere; its spread is the standard deviation between categories beyond chance, over those of at least 5 independent images. The interval of SRCC is Fisher's, where images are independent.";

function tagBlocks({ name, values, categories, spread }: Tag, { entries }: DatasetReport): Block[] {
  const columns = entries.filter(({ column }) => spread.some((one) => one.column === column));
  const spreadText = ({ column }: Entry): string => {
    const { bias = null, over = 0 } = spread.find((one) => one.column === column) ?? {};
    if (bias === null) return NONE;
    return over === values ? fixed(bias, 3) : `${fixed(bias, 3)} (${over} of ${values})`;
  };
  const cut =
    values > categories.length
      ? `; the ${categories.length} of ${values} with the largest bias in any column, the spread is over all`
      : '';
  return [
    {
      kind: 'table',
      caption: `By ${name}: n, SRCC within, bias${cut}`,
      head: [name, ...columns.flatMap((entry) => [`n: ${columnName(entry)}`, 'SRCC', 'bias'])],
      align: `l${'rrr'.repeat(columns.length)}`,
      rows: [
        ...categories.map(({ value, columns: measured }) => [
          value,
          ...columns.flatMap(({ column }) => {
            const cell = measured.find((one) => one.column === column);
            return cell
              ? [`${cell.n}`, estimateText(cell.SRCC), differenceText(cell.bias)]
              : [NONE, NONE, NONE];
          }),
        ]),
        ['spread of bias', ...columns.flatMap((entry) => ['', '', spreadText(entry)])],
      ],
    },
  ];
}
