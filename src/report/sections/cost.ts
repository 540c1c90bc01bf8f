import { dollars, estimateText } from '../page/format.ts';
import { costPlot, type PricedColumn } from '../plots/cost.ts';
import { PAGE_THEME } from '../plots/theme.ts';
import type { Entry } from '../report-schema.ts';
import { columnName, perDataset, type Section } from './section.ts';

/** Where a column's costs are not known, or nothing was paid for, there is nothing to weigh. */
export const cost: Section = {
  id: 'cost',
  title: 'SRCC against cost',
  blocks: (content) =>
    perDataset(content, async ({ report }) => {
      const priced = report.entries
        .flatMap(pricedColumn)
        .sort((a, b) => a.usdAnImage - b.usdAnImage);
      if (priced.filter(({ usdAnImage }) => usdAnImage > 0).length < 2) return [];
      const unknown = report.entries.filter(({ cost }) => cost.unpriced > 0).map(columnName);
      const what = 'SRCC with its interval against US dollars an image';
      return [
        {
          kind: 'figure',
          svg: await content.renderPlot(costPlot(priced), PAGE_THEME),
          label: `${report.name}: ${what}, of ${priced.length} columns`,
          caption: `${report.name}: ${what}, whenever it was bought. The numbers are those of the table.${unknown.length > 0 ? ` The cost is not known of ${unknown.join('; ')}.` : ''}`,
        },
        {
          kind: 'table',
          caption: `${report.name}: by cost`,
          head: ['', 'column', 'an image', 'SRCC'],
          align: 'rlrr',
          rows: priced.map(({ name, SRCC, usdAnImage }, index) => [
            String(index + 1),
            name,
            dollars(usdAnImage),
            estimateText(SRCC),
          ]),
        },
      ];
    }),
};

function pricedColumn(entry: Entry): PricedColumn[] {
  const { cost, images, repetitions, SRCC } = entry;
  if (cost.unpriced > 0 || images.scored === 0 || SRCC.estimate === null) return [];
  // SRCC is of one repetition of each row, and so is what it cost.
  const usd = (cost.usd * images.total) / (images.total + repetitions);
  return [{ name: columnName(entry), SRCC, usdAnImage: usd / images.scored }];
}
