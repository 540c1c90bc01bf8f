import { estimateText, fixed, NONE } from '../page/format.ts';
import { resultsOn } from '../published-results.ts';
import { imagesOf, modelOf } from './entry-cells.ts';
import { bySrcc } from './leaderboard.ts';
import { perDataset, type Section } from './section.ts';

export const published: Section = {
  id: 'published',
  title: 'Published results beside these',
  blocks: (content) =>
    perDataset(content, ({ report }) => {
      const results = resultsOn(report.name);
      if (results.length === 0) return [];
      return [
        {
          kind: 'text',
          text: 'Another model, split or size of image changes every figure, so read the gain of a method over its baseline rather than one number against another. PLCC is raw in both.',
        },
        {
          kind: 'table',
          caption: `${report.name}: measured, then published`,
          head: ['', 'model', 'method', 'images', 'SRCC', 'PLCC raw', 'source'],
          align: 'lllrrrl',
          rows: [
            ...bySrcc(report.entries).map((entry) => [
              'measured',
              modelOf(entry),
              entry.prompt,
              imagesOf(entry),
              estimateText(entry.SRCC),
              estimateText(entry.PLCC),
              'this run',
            ]),
            ...[...results]
              .sort((a, b) => b.SRCC - a.SRCC)
              .map(({ model, method, SRCC, PLCC, source }) => [
                'published',
                model,
                method,
                NONE,
                fixed(SRCC, 3),
                fixed(PLCC, 3),
                source,
              ]),
          ],
        },
      ];
    }),
};
