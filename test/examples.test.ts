import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import * as library from '../index.ts';
import { rawInput } from '../src/images/resize.ts';
import { picture } from './images/pictures.ts';
import { startOpenaiServer } from './servers/openai.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** Names of the configurations that assertions check, and errors: neither is called by anybody. */
const NOT_CALLED = /(ConfigSchema|Error)$/;

const needsExample = ([name, value]: [string, unknown]): boolean =>
  name === 'providerConfigSchema' ||
  (!NOT_CALLED.test(name) && (typeof value === 'function' || value instanceof z.ZodType));

/** Lines under `@example` in the comment of each export of a file, by the export's name. */
function examplesIn(source: string): [string, string][] {
  const exported =
    /\/\*\*\n(?<comment>(?: \*.*\n)+?) \*\/\nexport (?:default )?(?:async )?(?:function|const|class) (?<name>\w+)/g;
  return [...source.matchAll(exported)].flatMap(({ groups }): [string, string][] => {
    const { comment = '', name = '' } = groups ?? {};
    const [, example] = comment.replaceAll(/^ \* ?/gm, '').split('@example\n');
    return example === undefined ? [] : [[name, example.trimEnd()]];
  });
}

const sources = execFileSync('git', ['ls-files', '*.ts'], { cwd: ROOT, encoding: 'utf8' })
  .trim()
  .split('\n')
  .filter((file) => !/^(test|bench)\//.test(file));
const examples = new Map(
  (await Promise.all(sources.map((file) => readFile(join(ROOT, file), 'utf8')))).flatMap(
    examplesIn,
  ),
);

/** Runs an example; its last line is an expression with the value that it should have. */
async function run(example: string): Promise<{ value: unknown; expected: string }> {
  const lines = example.split('\n');
  const [, expression = '', expected = ''] = /^(.*); \/\/ (.*)$/.exec(lines.pop() ?? '') ?? [];
  const body = [...lines, `return ${expression};`].join('\n');
  const names = Object.keys(library);
  // An example may call a variable of its own as an export is called.
  const program = new Function(...names, `return (async () => {\n${body}\n})();`);
  return { value: await program(...Object.values(library)), expected };
}

const DECIMALS = 4;

/** Numbers to four decimals, everything else as it is. */
function expectShown(value: unknown, expected: string): void {
  const rounded = (_: string, each: unknown) =>
    typeof each === 'number' ? Number(each.toFixed(DECIMALS)) : each;
  expect(JSON.parse(JSON.stringify(value, rounded))).toEqual(
    new Function(`return (${expected})`)(),
  );
}

let folder: string;
let before: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-examples-'));
  await mkdir(join(folder, 'images'));
  for (const name of ['photo.jpg', 'photo.tif', 'a.jpg', 'b.jpg', 'images/a.png', 'images/b.png'])
    await rawInput(picture(64, 48)).toFile(join(folder, name));
  before = process.cwd();
  process.chdir(folder);
});
afterAll(async () => {
  process.chdir(before);
  await rm(folder, { recursive: true, force: true });
});

describe('the example of each public function', () => {
  const isYaml = (example: string) => /^\w+:/.test(example);
  const shown = Object.entries(library).map(([name]) => [name, examples.get(name)]);

  it('is there', () => {
    const without = Object.entries(library)
      .filter(needsExample)
      .map(([name]) => name)
      .filter((name) => !examples.has(name));
    expect(without).toEqual([]);
  });

  it.each(shown.filter(([, example]) => example && !isYaml(example)))(
    'gives what it says: %s',
    async (_, example = '') => {
      const { value, expected } = await run(example);
      expectShown(value, expected);
    },
  );

  it.each(shown.filter(([, example]) => example && isYaml(example)))(
    'is YAML that names it: %s',
    (name = '', example = '') => {
      expect(parse(example)).toBeTypeOf('object');
      expect(example).toMatch(
        new RegExp(`package:promptfoo-iqa:${name}$|dist/reports/extension\\.js:${name}$`, 'm'),
      );
    },
  );
});

describe('the programs of the documents', () => {
  const programs = (page: string) =>
    [...readFileSync(join(ROOT, page), 'utf8').matchAll(/^```ts\n(?<program>.*?)^```$/gms)].map(
      ({ groups }) => groups?.program ?? '',
    );

  /** With what is imported as constants, and the lines that say a value handed out. */
  const runnable = (program: string): string =>
    program
      .replace(/^import (\{.*\}) from 'promptfoo-iqa';$/gm, 'const $1 = library;')
      .replace(/^(\w+\(.*\)); \/\/ (.*)$/gm, (_, expression: string, expected: string) =>
        ['say(', expression, ', ', JSON.stringify(expected), ');'].join(''),
      );

  it.each(
    ['docs/library.md', 'docs/datasets.md'].flatMap((page) =>
      programs(page).map((program, index) => [page, index + 1, program] as const),
    ),
  )('run as they are written: %s, %i', async (_, __, program) => {
    const server = await startOpenaiServer();
    vi.stubEnv('OPENAI_BASE_URL', server.baseUrl);
    vi.stubEnv('OPENAI_API_KEY', 'sk-of-nobody');
    vi.stubEnv('PROMPTFOO_IQA_STORE', join(folder, 'answers.sqlite'));
    try {
      const body = `return (async () => {\n${runnable(program)}\n})();`;
      await new Function('library', 'say', body)(library, expectShown);
    } finally {
      vi.unstubAllEnvs();
      await server.close();
    }
  });
});
