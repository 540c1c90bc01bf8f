import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { datasets } from '../datasets/index.ts';

const root = new URL('../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const pages = ['docs/method.md', 'docs/datasets.md'];

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
