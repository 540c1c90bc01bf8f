import type { Block } from '../page/blocks.ts';
import { columnName, type Section } from './section.ts';

export const reproduction: Section = {
  id: 'reproduce',
  title: 'To reproduce',
  blocks: ({ report }) => [
    {
      kind: 'list',
      items: [
        `${report.generator.name} ${report.generator.version}, ${report.createdAt}`,
        ...report.evaluations.map((id) => `evaluation ${id}`),
        ...report.files.map((file) => `read from ${file}`),
        `bootstrap: ${report.bootstrap.draws} draws, seed ${report.bootstrap.seed}`,
      ],
    },
    ...report.columns.map(
      (column): Block => ({
        kind: 'code',
        summary: columnName(column),
        text: JSON.stringify(
          {
            settings: column.settings,
            weights: column.weights ?? 'as the provider',
            versions: column.versions,
            prompt: parsed(column.promptText),
          },
          null,
          2,
        ),
      }),
    ),
  ],
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
