import { differenceText, estimateText, fixed, integer } from '../page/format.ts';
import type { DatasetReport } from '../report-schema.ts';
import { columnName, perDataset, type Section } from './section.ts';

export const positionBias: Section = {
  id: 'position-bias',
  title: 'What the order of two images does',
  blocks: (content) =>
    perDataset(content, ({ report: { entries } }) => {
      const compared = entries.flatMap((entry) =>
        entry.pairs ? [{ entry, pairs: entry.pairs }] : [],
      );
      if (compared.length === 0) return [];
      return [
        {
          kind: 'text',
          text: 'A column that compares images asks about each pair in both orders. The position bias is how much more often than in half of the pairs the image that stands first is preferred; the mean of both orders takes it out of the scores. Orders disagree where one prefers the image and the other the anchor. Means over images, with 95 % intervals.',
        },
        {
          kind: 'table',
          caption: 'Pairs of an image and an anchor, each in both orders',
          head: ['column', 'images', 'pairs', 'position bias', 'orders disagree', 'neither'],
          align: 'lrrrrr',
          rows: compared.map(({ entry, pairs }) => [
            columnName(entry),
            integer(pairs.images),
            integer(pairs.pairs),
            differenceText(pairs.positionBias),
            estimateText(pairs.inconsistent),
            estimateText(pairs.ties),
          ]),
        },
      ];
    }),
};

/** A line for each column that compares images. */
export const positionBiasNotes = ({ entries }: Pick<DatasetReport, 'entries'>): string[] =>
  entries.flatMap((entry) => {
    const { estimate = null } = entry.pairs?.positionBias ?? {};
    if (!entry.pairs || estimate === null) return [];
    return [
      `${columnName(entry)}: position bias ${differenceText(entry.pairs.positionBias)}; the two orders disagree about ${fixed(100 * (entry.pairs.inconsistent.estimate ?? 0), 0)} % of the pairs`,
    ];
  });
