import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { datasets } from '../datasets/index.ts';

const root = new URL('../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const pages = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'bench/README.md'],
  ...readdirSync(new URL('docs', root))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** Links of a page to files of the repository: their text, the file, and the heading in it. */
const linksOf = (page: string) =>
  [...read(page).matchAll(/\[(?<text>[^\]]*)\]\((?<target>[^)\s]+)\)/g)].flatMap(({ groups }) => {
    const { text = '', target = '' } = groups ?? {};
    const file = new URL(target, new URL(page, root));
    const heading = file.hash.slice(1);
    file.hash = '';
    return /^\w+:/.test(target) ? [] : [{ text, file, heading }];
  });

/** The names under which GitHub shows the headings of a page. */
const headingsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (?<heading>.*)$/gm)].map(({ groups }) =>
    (groups?.heading ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );

describe.each(pages)('%s', (page) => {
  it('links to files and headings that are there, and to functions that are in them', () => {
    for (const { text, file, heading } of linksOf(page)) {
      expect(existsSync(file), `${page}: ${file.pathname}`).toBe(true);
      if (statSync(file).isDirectory()) continue;
      const content = readFileSync(file, 'utf8');
      if (heading) expect(headingsOf(content), `${page}: #${heading}`).toContain(heading);
      const name = /^`(?<name>\w+)`$/.exec(text)?.groups?.name;
      if (name) expect(content, `${page}: ${name}`).toMatch(new RegExp(`\\b${name}\\b`));
    }
  });

  it('names files of the repository that are there', () => {
    const named = read(page).matchAll(
      /`(?:npx )?(?:node )?(?<file>(?:bench|test|datasets|providers|prompts|configs|docs|reports|schemas|cli)\/[\w./-]+\.(?:ts|py|yaml|yml|md|json))\b/g,
    );
    const invented = ['prompts/qdebias-captions.yaml'];
    for (const { groups } of named) {
      const file = groups?.file ?? '';
      if (!invented.includes(file))
        expect(existsSync(new URL(file, root)), `${page}: ${file}`).toBe(true);
    }
  });
});

describe('docs/datasets.md', () => {
  it('lists every data set, with the counts that its loader is held against', () => {
    const text = read('docs/datasets.md');
    for (const [name, load] of Object.entries(datasets)) {
      if (name !== 'sample') expect(text).toContain(`\`${name}\``);
      if (!('published' in load)) continue;
      const { title, source, images, groups } = load.published;
      const count = images.toLocaleString('en');
      expect(text).toContain(
        `| \`${name}\` | [${title}](${source}) | ${groups ? `${count} of ${groups}` : count} |`,
      );
    }
  });
});

describe('docs/ci.md', () => {
  const file = 'docs/github-actions-gate.yml';

  it('shows the workflow as it is in its file', () => {
    expect(read('docs/ci.md')).toContain(`\`\`\`yaml\n${read(file)}\`\`\`\n`);
  });

  it('the workflow runs a configuration that is here and keeps what it buys, whatever the gate says', () => {
    const { jobs } = parse(read(file)) as {
      jobs: {
        gate: { steps: { run?: string; uses?: string; if?: string; with?: { path?: string } }[] };
      };
    };
    const { steps } = jobs.gate;
    const runs = steps.flatMap(
      ({ run }) => /-c (?<config>\S+)/.exec(run ?? '')?.groups?.config ?? [],
    );
    expect(runs).toEqual(['configs/gate.yaml', 'configs/gate.yaml']);
    expect(existsSync(new URL('configs/gate.yaml', root))).toBe(true);
    const kept = steps.filter((step) => step.if === 'always()').map((step) => step.with?.path);
    expect(kept).toEqual(['iqa-kept/answers', expect.stringContaining('iqa-report')]);
  });
});
