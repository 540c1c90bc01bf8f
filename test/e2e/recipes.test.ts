import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { rawInput } from '../../src/images/resize.ts';
import { picture } from '../images/pictures.ts';
import { type PromptfooOutput, promptfooEnvironment } from './promptfoo.ts';

/** The four recipes of CONTRIBUTING.md, walked through in a copy of the checkout. */

const CHECKOUT = fileURLToPath(new URL('../../', import.meta.url));
const TEN_MINUTES_MS = 600_000;

let copy: string;
const scripts = new Set<string>();

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'iqa-recipes-'));
  const listed = execFileSync('git', ['ls-files', '-coz', '--exclude-standard'], {
    cwd: CHECKOUT,
    encoding: 'utf8',
  });
  const files = listed
    .split('\0')
    .filter((file) => file !== '' && existsSync(join(CHECKOUT, file)));
  for (const file of files) await cp(join(CHECKOUT, file), join(copy, file));
  // A folder of its own, because tools keep caches in it.
  await mkdir(join(copy, 'node_modules'));
  for (const name of await readdir(join(CHECKOUT, 'node_modules'))) {
    if (/^\.vite/.test(name)) continue;
    await symlink(join(CHECKOUT, 'node_modules', name), join(copy, 'node_modules', name));
  }
}, TEN_MINUTES_MS);
afterAll(() => rm(copy, { recursive: true, force: true }));

/** What one recipe says, and the changes that it asks for. */
class Recipe {
  readonly #text: string;
  readonly #name: string;

  constructor(heading: string, name: string) {
    const page = readFileSync(join(CHECKOUT, 'CONTRIBUTING.md'), 'utf8');
    const [, text] = page.split(`\n## ${heading}\n`);
    if (text === undefined) throw new Error(`CONTRIBUTING.md has no heading "${heading}"`);
    this.#text = text.split('\n## ')[0]!;
    this.#name = name;
  }

  /** Writes a file that the recipe names. */
  async file(path: string, content: string): Promise<void> {
    this.#expectNamed(path);
    await mkdir(dirname(join(copy, path)), { recursive: true });
    await writeFile(join(copy, path), content);
  }

  /** Adds lines to a file that the recipe names, each after a line that is there. */
  async lines(path: string, added: Record<string, string>): Promise<void> {
    this.#expectNamed(path);
    let text = await readFile(join(copy, path), 'utf8');
    for (const [after, line] of Object.entries(added)) {
      expect(text.split(after), `${path}: ${after}`).toHaveLength(2);
      text = text.replace(after, () => `${after}${line}`);
    }
    await writeFile(join(copy, path), text);
  }

  /** Has a script run that the recipe names, once all files are written. */
  script(command: string, path: string): void {
    expect(this.#text).toContain(`\`${command}\``);
    scripts.add(path);
  }

  #expectNamed(path: string): void {
    expect(this.#text).toContain(`\`${path.replace(this.#name, '<name>')}\``);
  }
}

async function run(command: string, ...args: string[]): Promise<void> {
  const { exitCode, log } = await new Promise<{ exitCode: number; log: string }>((resolve) => {
    const env = promptfooEnvironment(join(copy, '.promptfoo'));
    execFile(command, args, { cwd: copy, env, maxBuffer: 1e8 }, (error, stdout, stderr) =>
      resolve({ exitCode: error ? Number(error.code ?? 1) : 0, log: stdout + stderr }),
    );
  });
  expect(exitCode, `${args.join(' ')}\n${log}`).toBe(0);
}

const installed = (tool: string, ...args: string[]) =>
  run(process.execPath, join(copy, 'node_modules/.bin', tool), ...args);

async function addDegradation(): Promise<void> {
  const recipe = new Recipe('Add a degradation', 'negative');
  await recipe.file(
    'src/degradations/negative.ts',
    `import type { Degradation } from './degradation.ts';

/** Mixes the image with its negative; the share of that is a tenth of the severity. */
export const negative: Degradation = {
  random: false,
  apply: ({ data, width, height }, severity) => ({
    data: data.map((level) => Math.floor(level + (severity / 10) * (255 - 2 * level))),
    width,
    height,
  }),
};
`,
  );
  await recipe.lines('src/degradations/index.ts', {
    "import { motionBlur } from './motion-blur.ts';\n":
      "import { negative } from './negative.ts';\n",
    '  motion_blur: motionBlur,\n': '  negative,\n',
  });
  await recipe.lines('docs/degradations.md', {
    '## Further ones\n\n':
      '| name | share of the negative | 1 | 2 | 3 | 4 | 5 |\n|---|---|---|---|---|---|---|\n| `negative` | c | 0.1 | 0.2 | 0.3 | 0.4 | 0.5 |\n\n',
  });
  await recipe.file(
    'test/degradations/negative.test.ts',
    `import { expect, it } from 'vitest';
import { degrade } from '../../src/degradations/degrade.ts';
import { flat } from '../images/pictures.ts';

it('negative: black becomes the share of white', () => {
  const { data } = degrade(flat(32, 32, [0, 100, 255]), 'negative', 2, { seed: 0 });
  expect([...data.subarray(0, 3)]).toEqual([51, 111, 204]);
});
`,
  );
  recipe.script('npm run schemas', 'schemas/generate.ts');
  recipe.script('node docs/pictures/make.ts', 'docs/pictures/make.ts');
}

async function addJudge(): Promise<void> {
  const recipe = new Recipe('Add a judge', 'constant');
  await recipe.file(
    'src/judges/constant.ts',
    `import type { Judge } from './judge.ts';
import { spread } from './statistical.ts';

const SCORE = 0.75;

/** Answers every question alike, whatever it is shown. */
export function createConstantJudge(): Judge {
  return {
    id: 'constant',
    kind: 'local',
    usesStore: false,
    isFree: true,
    defaultMaxConcurrency: Number.POSITIVE_INFINITY,
    async ask({ choices, scale }, { signal }) {
      signal?.throwIfAborted();
      const base = { source: 'computed', model: 'constant', costUsd: 0, latencyMs: 0, reused: false } as const;
      if (scale) return { ...base, value: scale.min + SCORE * (scale.max - scale.min) };
      return { ...base, probabilities: spread(choices, SCORE) };
    },
  };
}
`,
  );
  await recipe.lines('src/judges/index.ts', {
    "import { type CheckedJudge, checkedJudge } from './checked-judge.ts';\n":
      "import { createConstantJudge } from './constant.ts';\n",
    'const judges: Record<string, (surroundings: Surroundings) => Judge> = {\n':
      '  constant: () => createConstantJudge(),\n',
  });
  await recipe.lines('src/method/config.ts', {
    "'Who is asked: ": '`constant`, ',
  });
  await recipe.lines('docs/judges.md', {
    '| `judge` | asks | probabilities |\n|---|---|---|\n':
      '| `constant` | nobody: one answer to everything | computed |\n',
  });
  await recipe.file(
    'test/judges/constant.test.ts',
    `import { describe, it } from 'vitest';
import { createConstantJudge } from '../../src/judges/constant.ts';
import { judgeContract } from './contract.ts';

describe('the constant judge', () => {
  it.each(judgeContract)('$name', ({ check }) => check(createConstantJudge()));
});
`,
  );
  recipe.script('npm run schemas', 'schemas/generate.ts');
}

async function addDataset(): Promise<void> {
  const recipe = new Recipe('Add a data set', 'score-first');
  await recipe.file(
    'datasets/score-first.ts',
    `import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { parseConfig } from '../src/common/config-error.ts';
import { displayPath } from '../src/datasets/image-path.ts';
import { type DatasetRow, rowsOf } from '../src/datasets/row.ts';
import { subsetFields } from '../src/datasets/subset.ts';
import { testGenerator } from '../src/datasets/test-generator.ts';

export const scoreFirstConfigSchema = z.strictObject({
  root: z.string().min(1).describe('Folder of scores.txt and of the images.'),
  ...subsetFields,
});

function scoreFirst(config: unknown): DatasetRow[] {
  const settings = parseConfig(scoreFirstConfigSchema, config, 'datasets/score-first.ts: config');
  const file = resolve(settings.root, 'scores.txt');
  const images = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\\n')
    .map((line) => {
      const [mos = '', ...name] = line.split(' ');
      return { mos: Number(mos), path: resolve(settings.root, name.join(' ')) };
    });
  const source = { file: displayPath(file), read: {} };
  return rowsOf({ name: 'score-first', file: 'scores.txt', source }, images, settings);
}

/** promptfoo test generator: lines of a score and the name of an image. */
export default testGenerator(scoreFirstConfigSchema, scoreFirst);
`,
  );
  await recipe.lines('datasets/index.ts', {
    "import sample from './sample.ts';\n": "import scoreFirst from './score-first.ts';\n",
    '  sample,\n': "  'score-first': scoreFirst,\n",
  });
  await recipe.lines('docs/datasets.md', {
    '\n## What all of them take\n': '\n(A list with the score first: `score-first`.)\n',
  });
  await recipe.lines('schemas/reference.ts', {
    "import { sampleConfigSchema } from '../datasets/sample.ts';\n":
      "import { scoreFirstConfigSchema } from '../datasets/score-first.ts';\n",
    'const parts: readonly Part[] = [\n':
      "  { title: 'Data sets: score first', where: '`config`.', schema: scoreFirstConfigSchema },\n",
  });
  await recipe.file(
    'test/datasets/score-first.test.ts',
    `import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import scoreFirst from '../../datasets/score-first.ts';
import { describeLoader } from './contract.ts';

describeLoader(
  'score-first',
  async (folder, images) => {
    await mkdir(folder, { recursive: true });
    const lines = images.map(({ file, mos }) => \`\${mos} \${file}\`);
    await writeFile(join(folder, 'scores.txt'), lines.join('\\n'));
    return { root: folder };
  },
  scoreFirst,
);
`,
  );
  recipe.script('npm run schemas', 'schemas/generate.ts');
}

async function addPrompt(): Promise<void> {
  const recipe = new Recipe('Add a prompt', 'blunt');
  await recipe.file(
    'prompts/blunt.yaml',
    `condition: degraded
quality:
  content: [degraded, query, 'The first image is poor. Is the second?']
  choices: { 'no': 1, 'yes': 0 }
similarity:
  content: [degraded, query, 'Is it the same thing?']
  choices: { 'yes': 1, 'no': 0 }
`,
  );
  await recipe.lines('docs/prompts.md', {
    '| file | asks |\n|---|---|\n': '| `blunt.yaml` | about the image beside a degraded copy |\n',
  });
}

const COLUMN = 'blunt';

/** Two images, each asked about beside the new copy, in the new words, of the new judge. */
async function evaluate(): Promise<PromptfooOutput> {
  for (const [index, side] of [40, 48].entries()) {
    const path = join(copy, `photographs/${index}.png`);
    await mkdir(dirname(path), { recursive: true });
    await rawInput(picture(side, side)).png().toFile(path);
  }
  await writeFile(join(copy, 'photographs/scores.txt'), '4.5 0.png\n2 1.png\n');
  const config = {
    providers: [
      {
        id: 'file://providers/debiased.ts',
        config: {
          judge: 'constant',
          conditions: [{ degradation: 'negative', severity: 4 }],
          preview: 'none',
        },
      },
    ],
    prompts: [{ id: 'file://prompts/blunt.yaml', label: COLUMN }],
    tests: [{ path: 'file://datasets/score-first.ts', config: { root: 'photographs' } }],
    defaultTest: {
      assert: [{ type: 'javascript', value: 'file://assertions/debiased-score.ts' }],
    },
  };
  await writeFile(join(copy, 'recipes.yaml'), stringify(config));
  await installed('promptfoo', 'eval', '-c', 'recipes.yaml', '--no-table', '-o', 'out.json');
  return JSON.parse(await readFile(join(copy, 'out.json'), 'utf8')) as PromptfooOutput;
}

it(
  'what the recipes add passes types and tests, and runs together under promptfoo',
  async () => {
    await addDegradation();
    await addJudge();
    await addDataset();
    await addPrompt();
    for (const path of scripts) await run(process.execPath, path);
    await installed('tsc');
    await installed('vitest', 'run', ...TESTS);

    const { results } = await evaluate();
    expect(results.stats).toMatchObject({ successes: 2, failures: 0, errors: 0 });
    expect(results.results.map(({ response }) => response?.metadata?.dataset)).toEqual([
      'score-first',
      'score-first',
    ]);
    expect(results.results.map(({ vars }) => vars)).toEqual([
      { image: 'photographs/0.png', mos: 4.5 },
      { image: 'photographs/1.png', mos: 2 },
    ]);
    for (const { namedScores, response } of results.results) {
      expect(namedScores.score).toBeCloseTo(0.75, 9);
      expect(JSON.stringify(response)).toContain('"degradation":"negative"');
    }
  },
  TEN_MINUTES_MS,
);

const TESTS = [
  'test/degradations/negative.test.ts',
  'test/judges/constant.test.ts',
  'test/datasets/score-first.test.ts',
  'test/method/prompt-file.test.ts',
  'test/schemas.test.ts',
  'test/docs.test.ts',
];
