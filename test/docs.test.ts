import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { datasets } from '../datasets/index.ts';

const root = new URL('../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const pages = ['docs/method.md', 'docs/datasets.md', 'docs/ci.md'];

/** Links of a page to files of the repository: their text and the file. */
const linksOf = (page: string) =>
  [...read(page).matchAll(/\[(?<text>[^\]]*)\]\((?<target>[^)#\s]+)[^)]*\)/g)].flatMap(
    ({ groups }) => {
      const { text = '', target = '' } = groups ?? {};
      return /^\w+:/.test(target) ? [] : [{ text, file: new URL(target, new URL(page, root)) }];
    },
  );

describe.each(pages)('%s', (page) => {
  it('links to files that are there, and to functions that are in them', () => {
    for (const { text, file } of linksOf(page)) {
      expect(existsSync(file), `${page}: ${file.pathname}`).toBe(true);
      const name = /^`(?<name>\w+)`$/.exec(text)?.groups?.name;
      if (name)
        expect(readFileSync(file, 'utf8'), `${page}: ${name}`).toMatch(new RegExp(`\\b${name}\\b`));
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
