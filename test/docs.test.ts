import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { datasets, publishedNames } from '../datasets/index.ts';
import { degradationNames } from '../src/degradations/index.ts';
import { judgeNames } from '../src/judges/index.ts';

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

/** What documents count, by the words that stand behind the number. */
const REGISTRIES: Record<string, readonly unknown[]> = {
  degradations: degradationNames,
  'published data sets': publishedNames,
  'published ones': publishedNames,
  judges: judgeNames,
  'prompt files': readdirSync(new URL('prompts', root)),
};

const NUMBER_WORDS =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'.split(
    ' ',
  );

/** Numbers of a text that stand before the name of a registry: as written, and what they should be. */
function countsIn(text: string): { written: string; found: number; registered: number }[] {
  const counts = new RegExp(
    `\\b(\\d+|${NUMBER_WORDS.join('|')})\\s+(${Object.keys(REGISTRIES).join('|').replaceAll(' ', '\\s+')})\\b`,
    'gi',
  );
  return [...text.matchAll(counts)].map(([written, number = '', what = '']) => {
    const word = NUMBER_WORDS.indexOf(number.toLowerCase());
    const name = what.toLowerCase().replace(/\s+/g, ' ');
    return {
      written,
      found: word < 0 ? Number(number) : word,
      registered: REGISTRIES[name]?.length ?? Number.NaN,
    };
  });
}

describe('counts in documents', () => {
  it.each(pages)('are those of the registries: %s', (page) => {
    // What an older release had stays as it was.
    const text = page === 'CHANGELOG.md' ? read(page).split('\n## ')[1]! : read(page);
    for (const { written, found, registered } of countsIn(text)) {
      expect(found, `${page}: "${written}"`).toBe(registered);
    }
  });

  it('are found as words, as digits and over the end of a line', () => {
    expect(
      countsIn('Ten published\ndata sets, 3 judges; the four of the paper').map(
        ({ found }) => found,
      ),
    ).toEqual([10, 3]);
  });
});

/** The names in code at the start of a table's row, between one heading and the next. */
const rowNames = (page: string, header: RegExp): string[] =>
  read(page)
    .split('\n\n')
    .filter((table) => header.test(table))
    .flatMap((table) => [...table.matchAll(/^\| `([\w.-]+)/gm)].map(([, name = '']) => name));

describe('tables of what there is', () => {
  it.each<[string, RegExp, readonly string[]]>([
    ['docs/prompts.md', /^\| file \| asks \|/, readdirSync(new URL('prompts', root))],
    ['docs/judges.md', /^\| `judge` \| asks \|/, judgeNames],
    ['docs/degradations.md', /^\| name \| .*\| 1 \| 2 \| 3 \| 4 \| 5 \|$/m, degradationNames],
  ])('%s has a row for each, and no other', (page, header, names) => {
    const rows = rowNames(page, header).filter((name) => name !== 'judge');
    expect(rows.toSorted()).toEqual(names.toSorted());
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

  const action = parse(read('action.yml')) as {
    inputs: Record<string, { default: string }>;
  };

  it('the workflow gives inputs that action.yml has: a configuration that is here, and its baseline', () => {
    const { jobs } = parse(read(file)) as {
      jobs: { gate: { steps: { uses?: string; with?: Record<string, string> }[] } };
    };
    const inputs = jobs.gate.steps.find(({ uses }) => uses?.includes('/promptfoo-iqa@'))?.with;
    expect(inputs).toMatchObject({ config: 'configs/gate.yaml', baseline: 'baseline.json' });
    expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(inputs ?? {})));
    expect(read('configs/gate.yaml')).toMatch(/^ +baseline: \{ file: baseline\.json/m);
  });

  it('has a row for every input of the action', () => {
    const rows = Array.from(
      read('docs/ci.md').matchAll(/^\| `([a-z-]+)` \| /gm),
      ([, name]) => name,
    );
    expect(rows).toEqual(expect.arrayContaining(Object.keys(action.inputs)));
  });
});
