import type { Block } from '../page/blocks.ts';
import type { GeneratedVerdict } from '../verdict/generators.ts';
import { columnName, type Section } from './section.ts';

export const reproduction: Section = {
  id: 'reproduce',
  title: 'To reproduce',
  blocks: ({ report, generated }) => [
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
          column.ensemble ?? {
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
    ...generated.flatMap(measureBlock),
  ],
};

/** What rated the pictures of generators, as far as one of them was rated. */
function measureBlock({ report, samples }: GeneratedVerdict): Block[] {
  const rated = samples.generators.flatMap(({ pictures }) =>
    pictures.flatMap(({ rating }) => rating.quality ?? []),
  );
  const [first] = rated;
  if (!first) return [];
  const { judge, seed, method, weights, versions, prompt } = first;
  const settings = { judge, seed, method, weights, versions, prompt: parsed(prompt) };
  return [
    {
      kind: 'code',
      summary: `quality of pictures, rated by ${report.name}`,
      text: JSON.stringify(settings, null, 2),
    },
  ];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
