import { columnName, perDataset, type Section } from './section.ts';

export const gates: Section = {
  id: 'gates',
  title: 'Gates',
  blocks: (content) =>
    perDataset(content, ({ report }) => {
      const judged = report.entries.flatMap((entry) =>
        entry.gates.map((gate) => ({ name: columnName(entry), ...gate })),
      );
      if (judged.length === 0) return [];
      return [
        {
          kind: 'table',
          caption: 'What rank-correlation demanded of each column',
          head: ['column', 'verdict', 'reason'],
          align: 'lll',
          rows: judged.map(({ name, passed, reason }) => [
            name,
            passed ? { text: 'passed', tone: 'good' } : { text: 'failed', tone: 'bad' },
            reason,
          ]),
        },
      ];
    }),
};
