import type { Findings } from './findings.ts';
import { renderMarkdown } from './page/markdown.ts';
import { debiasing } from './sections/debiasing.ts';
import { gates } from './sections/gates.ts';
import { generators } from './sections/generators.ts';
import { leaderboard } from './sections/leaderboard.ts';
import { preferences } from './sections/preferences.ts';

/** What decides comes first: these say the verdict and what it rests on. */
const SECTIONS = [gates, leaderboard, generators, debiasing, preferences];

/** The gates, the leaderboard, how generators compare and what debiasing gains, as Markdown, for a place with little room. */
export async function shortMarkdown(title: string, findings: Findings): Promise<string> {
  // Markdown has no plots and no sheets, so none are drawn.
  const content = {
    ...findings,
    sheets: new Map(),
    pictures: new Map(),
    pairPictures: new Map(),
    renderPlot: async () => '',
  };
  const made = [];
  for (const { id, title, blocks } of SECTIONS) {
    const ofSection = await blocks(content);
    if (ofSection.length > 0) made.push({ id, title, blocks: ofSection });
  }
  const all = [...findings.datasets, ...findings.preferences];
  const subtitle = all.map(({ report }) => report.name).join(', ');
  return renderMarkdown(title, subtitle, made);
}
