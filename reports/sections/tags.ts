import type { Block } from '../page/blocks.ts';
import { differenceText, estimateText, fixed, NONE } from '../page/format.ts';
import type { DatasetReport, Entry, Tag } from '../report-schema.ts';
import { columnName, perDataset, type Section } from './section.ts';

export const tags: Section = {
  id: 'content',
  title: 'Content bias: agreement by group and tag',
  blocks: (content) =>
    perDataset(content, ({ report }) =>
      report.tags.length === 0
        ? []
        : [
            {
              kind: 'text',
              text: 'Bias is the mean of the score, mapped to the scale of MOS, minus MOS: above 0, such images are rated better than by the data set, with a 95 % interval. A judge without content bias has the same bias everywhere; its spread is the standard deviation between categories beyond chance.',
            },
            ...report.tags.flatMap((tag) => tagBlocks(tag, report)),
          ],
    ),
};

function tagBlocks({ name, categories, spread }: Tag, { entries }: DatasetReport): Block[] {
  const columns = entries.filter(({ column }) => spread.some((one) => one.column === column));
  const biasOf = ({ column }: Entry) => spread.find((one) => one.column === column)?.bias ?? null;
  return [
    {
      kind: 'table',
      caption: `By ${name}: n, SRCC within, bias`,
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
        [
          'spread of bias',
          ...columns.flatMap((entry) => {
            const bias = biasOf(entry);
            return ['', '', bias === null ? NONE : fixed(bias, 3)];
          }),
        ],
      ],
    },
  ];
}
