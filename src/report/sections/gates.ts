import type { Entry } from '../report-schema.ts';
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
          rows: judged.map((gate) => [
            gate.name,
            gate.passed ? { text: 'passed', tone: 'good' } : { text: 'failed', tone: 'bad' },
            gateText(gate),
          ]),
        },
      ];
    }),
};

/** The reason, and which repetitions it is of where others have another. */
function gateText({ reason, repetitions }: Entry['gates'][number]): string {
  if (!repetitions) return reason;
  return `repetition ${repetitions.join(', ')}: ${reason}`;
}
