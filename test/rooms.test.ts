import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The rooms of src/, from the one that imports nothing to the one that all may stand under. */
const ROOMS = [
  ...readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8').matchAll(/^\| `src\/(\w+)\/` \|/gm),
].map(([, room = '']) => room);

const files = execFileSync('git', ['ls-files', '--', '*.ts'], { cwd: ROOT, encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '' && !file.startsWith('src/wasm/assembly/'));

/** What each file imports of this repository; `import type` counts too. */
const imports = new Map(
  files.map((file) => [
    file,
    [
      ...readFileSync(join(ROOT, file), 'utf8').matchAll(
        /\b(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g,
      ),
    ].map(([, path = '']) => normalize(join(dirname(file), path))),
  ]),
);

const roomOf = (file: string): string | undefined => /^src\/(\w+)\//.exec(file)?.[1];

describe('the rooms of src/', () => {
  it('are those that docs/architecture.md lists', () => {
    expect(ROOMS.toSorted()).toEqual(readdirSync(join(ROOT, 'src')).toSorted());
  });

  it('import only what stands before them in that list, and nothing from the top', () => {
    const climbing = files.flatMap((file) => {
      const own = ROOMS.indexOf(roomOf(file) ?? '');
      if (own < 0) return [];
      return (imports.get(file) ?? [])
        .filter((path) => {
          const room = roomOf(path);
          return room === undefined || ROOMS.indexOf(room) > own;
        })
        .map((path) => `${file} imports ${path}`);
    });
    expect(climbing).toEqual([]);
  });

  it('hold no circle of files', () => {
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) {
        circles.push([...path.slice(path.indexOf(file)), file].join(' > '));
        return;
      }
      if (done.has(file)) return;
      for (const next of imports.get(file) ?? []) visit(next, [...path, file]);
      done.add(file);
    };
    for (const file of files.filter((name) => !name.startsWith('test/'))) visit(file, []);
    expect(circles).toEqual([]);
  });

  it('are the ones that tests have folders for, and no others', () => {
    const about = new Set([
      ...ROOMS,
      // What a YAML file names at the top, and what tests as a person would.
      ...['assertions', 'cli', 'configs', 'prompts', 'providers', 'reports'],
      ...['browser', 'e2e'],
      // Servers and inputs that tests share.
      ...['fixtures', 'llama', 'servers'],
    ]);
    const folders = readdirSync(join(ROOT, 'test'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    expect(folders.filter((name) => !about.has(name))).toEqual([]);
  });

  it('hold what the tests in their folders are about, unless that is only reached from the top', () => {
    const strays = files
      .filter((file) => file.endsWith('.test.ts') && ROOMS.includes(file.split('/')[1] ?? ''))
      .filter((file) => {
        const [, room = ''] = file.split('/');
        const direct = imports.get(file) ?? [];
        const helpers = direct.filter((path) => path.startsWith(`test/${room}/`));
        const code = [file, ...helpers]
          .flatMap((each) => imports.get(each) ?? [])
          .filter((path) => !path.startsWith('test/'));
        const isAbout = (path: string) => [undefined, room].includes(roomOf(path));
        return code.length > 0 && !code.some(isAbout);
      });
    expect(strays).toEqual([]);
  });
});
