import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse, stringify } from 'yaml';
import sample from '../../datasets/sample.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { PHOTOGRAPHS } from '../../src/datasets/sample/photographs.ts';
import { degrade } from '../../src/degradations/index.ts';
import { rawInput } from '../../src/images/resize.ts';
import { picture } from '../images/pictures.ts';
import { startOpenaiServer } from '../servers/openai.ts';
import { type PromptfooOutput, promptfooEnvironment } from './promptfoo.ts';

/** What a user has: an empty project, the packed package in it, and what that declares it depends on. */

const checkout = fileURLToPath(new URL('../../', import.meta.url));
// A machine may be busy with the other tests.
const LIMIT_MS = 300_000;

let folder = '';
let app = '';
let tarball = '';

interface Outcome {
  exitCode: number;
  stdout: string;
  stderr: string;
}

function run(command: string, args: readonly string[], cwd = app): Promise<Outcome> {
  const env = {
    ...promptfooEnvironment(join(folder, '.promptfoo')),
    // `npx` and what it starts run under this Node.
    PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
  };
  return new Promise((resolve) => {
    execFile(command, args, { cwd, env, maxBuffer: 1e8 }, (error, stdout, stderr) =>
      resolve({ exitCode: error ? Number(error.code ?? 1) : 0, stdout, stderr }),
    );
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const npx = (...args: string[]) => run('npx', ['--no-install', ...args]);
const log = ({ stdout, stderr }: Outcome) => stdout + stderr;

async function evaluate(...args: string[]) {
  await rm(join(app, 'out.json'), { force: true });
  const outcome = await npx('promptfoo', 'eval', '--no-progress-bar', '-o', 'out.json', ...args);
  const output = JSON.parse(await readFile(join(app, 'out.json'), 'utf8')) as PromptfooOutput;
  return { ...outcome, results: output.results };
}

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'iqa-package-')));
  app = join(folder, 'app');
  await mkdir(join(app, 'node_modules'), { recursive: true });
  await writeFile(join(app, 'package.json'), JSON.stringify({ name: 'app', private: true }));

  const packed = await run('npm', ['pack', '--silent', '--pack-destination', folder], checkout);
  expect(packed.exitCode, log(packed)).toBe(0);
  tarball = join(folder, packed.stdout.trim().split('\n').at(-1) as string);

  // Only what the package declares is there to be found; npm takes it as installed.
  for (const name of [...Object.keys(packageJson.dependencies), 'promptfoo']) {
    const link = join(app, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(checkout, 'node_modules', name), link);
  }
  const offline = ['--offline', '--no-audit', '--no-fund', '--ignore-scripts'];
  const installed = await run('npm', ['install', ...offline, '--no-package-lock', tarball]);
  expect(installed.exitCode, log(installed)).toBe(0);

  for (let index = 0; index < 4; index++) {
    await mkdir(join(app, 'images'), { recursive: true });
    await rawInput(picture(96, 64))
      .blur(0.5 + index)
      .png()
      .toFile(join(app, 'images', `${index}.png`));
  }
}, LIMIT_MS);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the package', () => {
  it('passes publint and attw', async () => {
    const lint = await run(
      'npx',
      ['--no-install', 'publint', 'run', tarball, '--strict'],
      checkout,
    );
    expect(lint.exitCode, log(lint)).toBe(0);
    const types = await run(
      'npx',
      ['--no-install', 'attw', tarball, '--profile', 'esm-only', '--entrypoints', '.'],
      checkout,
    );
    expect(types.exitCode, log(types)).toBe(0);
  });

  it('lies in the project itself, compiled', async () => {
    const root = await realpath(join(app, 'node_modules/promptfoo-iqa'));
    expect(root).toBe(join(app, 'node_modules/promptfoo-iqa'));
    const listing = await run('tar', ['tzf', tarball]);
    const files = listing.stdout.trim().split('\n');
    expect(files.filter((file) => /(?<!\.d)\.ts$/.test(file))).toEqual([]);
    expect(files.filter((file) => /\/test\/|\.test\.|\/generated\//.test(file))).toEqual([]);
    const photographs = files.filter((file) => /\.jpe?g$/.test(file));
    expect(photographs).toHaveLength(PHOTOGRAPHS.length);
    for (const file of photographs) expect(file).toContain('/sample/photographs/');
    expect(files).toEqual(
      expect.arrayContaining([
        'package/dist/src/images/fonts/Inter-Medium.ttf',
        'package/dist/src/images/fonts/OFL.txt',
        'package/dist/src/datasets/sample/photographs/ATTRIBUTION.md',
        'package/dist/src/wasm/kernels.wasm',
        'package/dist/src/judges/llama/watchdog.js',
        'package/prompts/qdebias.yaml',
        'package/LICENSE',
      ]),
    );
  });

  it('has what its documents link to, but for sources and what only a checkout needs', async () => {
    const listing = await run('tar', ['tzf', tarball]);
    const files = new Set(listing.stdout.trim().split('\n'));
    const pages = [...files].filter((file) => /\.(md|yml|yaml)$/.test(file));
    expect(pages).toContain('package/docs/github-actions-gate.yml');
    const dead: string[] = [];
    for (const page of pages) {
      const text = await readFile(join(app, 'node_modules/promptfoo-iqa', page.slice(8)), 'utf8');
      for (const { groups } of text.matchAll(/\]\((?<target>[^)#\s]+)[^)]*\)/g)) {
        const target = groups?.target ?? '';
        const file = join(dirname(page), target);
        const isThere = files.has(file) || [...files].some((other) => other.startsWith(file));
        if (!/^\w+:/.test(target) && !isThere) dead.push(file.slice(8));
      }
    }
    const ofCheckout =
      /\.ts$|^src\/.*\.json$|^bench\/|^CONTRIBUTING\.md$|^src\/images\/fonts\/OFL\.txt$/;
    expect(dead.filter((file) => !ofCheckout.test(file))).toEqual([]);
  });

  it('degrades in a program as the checkout does', async () => {
    const program = `
      import { createHash } from 'node:crypto';
      import { degrade } from 'promptfoo-iqa';
      const data = new Uint8Array(${64 * 48 * 3}).map((_, i) => (i * i) >> 5);
      const copy = degrade({ data, width: 64, height: 48 }, 'spatter', 3, { seed: 9 });
      console.log(createHash('sha256').update(copy.data).digest('hex'));`;
    const outcome = await run('node', ['--input-type=module', '--eval', program]);
    const data = new Uint8Array(64 * 48 * 3).map((_, i) => (i * i) >> 5);
    const copy = degrade({ data, width: 64, height: 48 }, 'spatter', 3, { seed: 9 });
    expect(outcome.stdout.trim(), outcome.stderr).toBe(
      createHash('sha256').update(copy.data).digest('hex'),
    );
  });

  it('can be required by a CommonJS program, and ends with it', async () => {
    const program = `
      const { srcc } = require('promptfoo-iqa');
      console.log(srcc([0.1, 0.4, 0.35, 0.8], [1, 2, 3, 4]));`;
    const { stdout, stderr } = await run('node', ['--input-type=commonjs', '--eval', program]);
    expect(stdout, stderr).toBe('0.8\n');
  });

  it('starts a llama-server, and ends it with the program', async () => {
    const fake = join(checkout, 'test/servers/fake-llama-server.ts');
    const server = join(folder, 'llama-server');
    await writeFile(server, `#!/bin/sh\nexec "${process.execPath}" "${fake}" "$@"\n`, {
      mode: 0o755,
    });
    for (const name of ['m.gguf', 'mmproj-m.gguf']) await writeFile(join(folder, name), name);
    const program = `
      const judges = './node_modules/promptfoo-iqa/dist/src/judges';
      const { createLlamaJudge } = await import(judges + '/llama.js');
      const { judgeOptionsSchema } = await import(judges + '/judge-options.js');
      const judge = createLlamaJudge('../m.gguf', judgeOptionsSchema.parse({}), 4096);
      console.log((await judge.whyNotReady()) ?? 'it is ready');`;
    vi.stubEnv('LLAMA_SERVER', server);
    const { stdout, stderr } = await run('node', ['--eval', program]);
    vi.unstubAllEnvs();
    expect(stdout, stderr).toBe('it is ready\n');
    expect(stderr).toContain('m.gguf: ready');
    const logs = join(folder, '.promptfoo/iqa/llama');
    const [log] = (await readdir(logs)).filter((name) => name.endsWith('.log'));
    const pid = Number(/pid (\d+)/.exec(await readFile(join(logs, log as string), 'utf8'))?.[1]);
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
  });

  it('makes the sample data set from photographs that come with it, as the checkout does', async () => {
    const program = `
      import { datasets } from 'promptfoo-iqa';
      const rows = await datasets.sample();
      console.log(rows.length, rows.map(({ vars }) => vars.mos).join());`;
    const { stdout, stderr } = await run('node', ['--input-type=module', '--eval', program]);
    const rows = await sample();
    expect(stdout, stderr).toBe(`${rows.length} ${rows.map(({ vars }) => vars.mos).join()}\n`);
  });
});

describe('npx promptfoo-iqa init --demo', () => {
  const demo = async (...args: string[]) => {
    const outcome = await npx('promptfoo-iqa', 'init', '--demo', ...args);
    return { ...outcome, log: log(outcome) };
  };

  it(
    'writes a project whose evaluation needs neither key nor network, and shows the mechanism',
    async () => {
      expect(await demo('-o', 'demo.yaml')).toMatchObject({
        exitCode: 0,
        stdout: 'demo.yaml\niqa-sample/\nNow run: npx promptfoo eval -c demo.yaml --no-table\n',
      });
      const text = await readFile(join(app, 'demo.yaml'), 'utf8');
      expect(text).not.toMatch(/npm run|\.ts\b/);
      for (const [path] of text.matchAll(/node_modules\/[\w./-]+\.(?:js|yaml|md)/g)) {
        expect(existsSync(join(app, path)), path).toBe(true);
      }
      expect((await readdir(join(app, 'iqa-sample'))).sort()).toEqual([
        ...['ATTRIBUTION.md', 'images', 'manifest.json', 'scores.csv'],
      ]);
      // Whole groups, so that the run is short.
      const short = text.replace('{ folder: iqa-sample }', '{ folder: iqa-sample, groups: 3 }');
      expect(short).not.toBe(text);
      await writeFile(join(app, 'demo.yaml'), short);
      const run = await evaluate('-c', 'demo.yaml');
      expect(run.exitCode, log(run)).toBe(0);
      expect(run.results.stats).toMatchObject({ successes: 3 * (33 + 1), failures: 0, errors: 0 });
      for (const column of ['statistical +two-level', 'simulated, no model +qdebias']) {
        expect(run.stdout).toMatch(new RegExp(` ${column} +33 +\\d\\.\\d{3} `));
      }
    },
    LIMIT_MS,
  );

  it('keeps what is there', async () => {
    const scores = join(app, 'iqa-sample/scores.csv');
    const mine = (await readFile(scores, 'utf8')).split('\n').slice(0, 8).join('\n');
    await writeFile(scores, mine);
    expect((await demo('-o', 'demo.yaml')).stderr).toMatch(/"demo.yaml" exists already/);
    expect((await demo('-o', 'demo.yaml', '--force')).stdout).toBe(
      'demo.yaml\nNow run: npx promptfoo eval -c demo.yaml --no-table\n',
    );
    expect(await readFile(scores, 'utf8')).toBe(mine);
    await rm(scores);
    expect((await demo('-o', 'demo.yaml', '--force')).stderr).toMatch(
      /the folder "iqa-sample" holds "[^"]+" and no scores\.csv; name another folder/,
    );
    expect(await readdir(join(app, 'iqa-sample'))).toHaveLength(3);
    await rm(join(app, 'iqa-sample'), { recursive: true });
    expect((await demo('--images', 'images')).stderr).toMatch(/--demo.*cannot be used.*--images/);
  });
});

describe('a package of a monorepo', () => {
  it(
    'has a run that works after init without arguments: CommonJS, dependencies a folder above, spaces in the path',
    async () => {
      const repository = join(folder, 'my photos');
      const own = join(repository, 'packages/picture quality');
      await mkdir(own, { recursive: true });
      await symlink(join(app, 'node_modules'), join(repository, 'node_modules'));
      await writeFile(
        join(repository, 'package.json'),
        JSON.stringify({ name: 'root', private: true, workspaces: ['packages/*'] }),
      );
      await writeFile(
        join(own, 'package.json'),
        JSON.stringify({ name: 'quality', private: true, type: 'commonjs' }),
      );
      const init = await run('npx', ['--no-install', 'promptfoo-iqa', 'init'], own);
      expect(init).toEqual({
        exitCode: 0,
        stdout: 'promptfooconfig.yaml\niqa-sample/\nNow run: npx promptfoo eval\n',
        stderr: expect.stringMatching(
          /^There is no folder images here, so this is the demonstration/,
        ),
      });
      const file = join(own, 'promptfooconfig.yaml');
      const text = await readFile(file, 'utf8');
      // Whole groups, so that the run is short.
      await writeFile(
        file,
        text.replace('{ folder: iqa-sample }', '{ folder: iqa-sample, groups: 2 }'),
      );
      const evaluated = await run('npx', ['--no-install', 'promptfoo', 'eval'], own);
      expect(evaluated.exitCode, log(evaluated)).toBe(0);
      expect(evaluated.stdout).toMatch(/ simulated, no model +qdebias +22 +/);
    },
    LIMIT_MS,
  );
});

describe('npx promptfoo-iqa init', () => {
  it(
    'writes a configuration for a folder of images that promptfoo runs',
    async () => {
      const init = await npx('promptfoo-iqa', 'init');
      expect(init).toEqual({
        exitCode: 0,
        stdout: 'promptfooconfig.yaml\nNow run: npx promptfoo eval\n',
        stderr: '',
      });
      const run = await evaluate();
      expect(run.exitCode, log(run)).toBe(0);
      expect(run.results.stats).toMatchObject({ successes: 8, failures: 0, errors: 0 });
      for (const row of run.results.results) {
        expect(row.namedScores.score).toBeGreaterThan(0);
        expect(row.namedScores.score).toBeLessThan(1);
      }
    },
    LIMIT_MS,
  );

  it(
    'writes a configuration for images with scores, whose correlation is a gate',
    async () => {
      const lines = [0, 1, 2, 3].map((index) => `images/${index}.png,${9 - index}`);
      await writeFile(join(app, 'scores.csv'), ['file,"score: 1-9"', ...lines].join('\n'));
      const columns = ['--image-column', 'file', '--mos-column', 'score: 1-9'];
      const init = await npx(
        ...['promptfoo-iqa', 'init', '--scores', 'scores.csv', ...columns, '--force'],
      );
      expect(init.exitCode, log(init)).toBe(0);
      const run = await evaluate();
      expect(run.exitCode, log(run)).toBe(0);
      expect(run.stdout).toMatch(
        /app\/scores: agreement with MOS\n.*\n.*\n +statistical +qdebias +4 +-?\d\.\d{3}/,
      );

      const path = join(app, 'promptfooconfig.yaml');
      const config = parse(await readFile(path, 'utf8'));
      const gate = config.defaultTest.assert.at(-1);
      gate.config = { metric: 'SRCC', min: 1 };
      // Scores the other way round cannot agree.
      const inverted = [0, 1, 2, 3].map((index) => `images/${index}.png,${index}`);
      await writeFile(join(app, 'scores.csv'), ['file,"score: 1-9"', ...inverted].join('\n'));
      await writeFile(path, stringify(config));
      const gated = await evaluate();
      expect(gated.exitCode).toBe(100);
      expect(gated.results.stats).toMatchObject({ failures: 2, errors: 0 });
    },
    LIMIT_MS,
  );

  it(
    'writes paths that are right where the configuration lies in a subfolder',
    async () => {
      const init = await npx('promptfoo-iqa', 'init', '-o', 'sub/folder/c.yaml');
      expect(init).toEqual({
        exitCode: 0,
        stdout: 'sub/folder/c.yaml\nNow run: npx promptfoo eval -c sub/folder/c.yaml --no-table\n',
        stderr: '',
      });
      const run = await evaluate('-c', 'sub/folder/c.yaml');
      expect(run.exitCode, log(run)).toBe(0);
      expect(run.results.stats).toMatchObject({ successes: 8, failures: 0, errors: 0 });
      expect(run.stdout).toContain('images: 4 images without human scores');
    },
    LIMIT_MS,
  );

  it('replaces a file only when told to, and names what is not there', async () => {
    await writeFile(join(app, 'mine.yaml'), 'mine');
    const refusals: [string[], RegExp][] = [
      [['-o', '../c.yaml'], /^error: -o "\.\.\/c\.yaml": .* write it here or in a subfolder\n$/],
      [['--config', 'papers'], /Allowed choices are gate, .*methods, .*vendors/],
      [['--config', 'paper', '--images', 'images'], /has data sets of its own/],
      [['--config', 'gate', '--images', 'images'], /a folder of images has no scores/],
      [['--config', 'vendors', '--judge', 'openai:gpt-4.1'], /judges of its own; change them/],
      [
        ['-o', 'mine.yaml'],
        /^error: "mine.yaml" exists already; add --force to replace it, or name another file with -o\n$/,
      ],
      [['--images', 'nowhere'], /^error: --images "nowhere": there is no such folder\n$/],
      [['--images', 'images', '--judge', 'opnai:gpt-4.1'], /did you mean "openai"\?/],
      [['--dataset', 'koniq10k'], /did you mean "koniq-10k"\?/],
      [['--dataset', 'koniq-10k'], /add --root/],
      [['--scores', 'scores.docx'], /must end in one of \.csv/],
      [['--images', 'images', '--scores', 'scores.csv'], /give one/],
    ];
    await Promise.all(
      refusals.map(async ([args, message]) => {
        const { exitCode, stderr } = await npx('promptfoo-iqa', 'init', ...args);
        expect(exitCode).toBe(1);
        expect(stderr).toMatch(message);
      }),
    );
  });
});

describe('npx promptfoo-iqa init --config', () => {
  const write = async (name: string, ...args: string[]) => {
    const file = `configs/${name}.yaml`;
    const init = await npx('promptfoo-iqa', 'init', '--config', name, '-o', file, ...args);
    expect(init.exitCode, log(init)).toBe(0);
    const text = await readFile(join(app, file), 'utf8');
    expect(text).not.toMatch(/npm run|file:\/\/\.\.\/(?!node_modules\/|iqa-prompts\/)|\.ts\b/);
    for (const [path] of text.matchAll(/node_modules\/[\w./-]+\.(?:js|yaml|md)/g)) {
      expect(existsSync(join(app, path)), path).toBe(true);
    }
    return { file, text, init };
  };
  const scored = ['--scores', 'scores.csv', '--image-column', 'file', '--mos-column', 'score'];
  beforeAll(async () => {
    const lines = [0, 1, 2, 3].map((index) => `images/${index}.png,${9 - index}`);
    await writeFile(join(app, 'scores.csv'), ['file,score', ...lines].join('\n'));
  });

  it(
    "writes the paper's experiment, which runs on a copy of a data set",
    async () => {
      const { file, text } = await write('paper');
      expect(text).toContain('npx promptfoo eval -c configs/paper.yaml');
      expect(text).toContain('node_modules/promptfoo-iqa/docs/datasets.md');
      expect(text).toContain('npx promptfoo-iqa dataset spaq --root DIR');
      const server = await startOpenaiServer();
      try {
        await writeFile(join(app, file), text.replace('http://127.0.0.1:8000/v1', server.baseUrl));
        await cp(join(app, 'images'), join(app, 'koniq/512x384'), { recursive: true });
        const lines = [0, 1, 2, 3].map((index) => `${index}.png,${9 - index}`);
        const list = join(app, 'koniq/koniq10k_scores_and_distributions.csv');
        await writeFile(list, ['image_name,MOS', ...lines].join('\n'));
        vi.stubEnv('KONIQ_10K_ROOT', 'koniq');
        const run = await evaluate('-c', file);
        expect(run.exitCode, log(run)).toBe(0);
        expect(run.stdout).toMatch(/KonIQ-10k: agreement with MOS/);
        expect(log(run)).toContain('spaq is left out: SPAQ_ROOT is not set');
      } finally {
        vi.unstubAllEnvs();
        await server.close();
      }
    },
    LIMIT_MS,
  );

  it(
    'writes a gate over images with scores',
    async () => {
      const { file, init } = await write('gate', ...scored);
      expect(init.stdout).toBe(`${file}\nNow run: npx promptfoo eval -c ${file} --no-table\n`);
      const run = await evaluate('-c', file);
      expect(run.exitCode, log(run)).toBe(100);
      expect(run.results.stats).toMatchObject({ failures: 1, errors: 0 });
      expect(run.stdout).toMatch(/no comparison: baseline baseline\.json: no such file/);
    },
    LIMIT_MS,
  );

  it(
    'writes the degradations as priors, over a folder of images',
    async () => {
      const { file } = await write('priors', '--images', 'images');
      const run = await evaluate('-c', file, '-n', '1');
      expect(run.exitCode, log(run)).toBe(0);
      expect(run.stdout).toContain('the best of 65 degraded copies as priors, over 1 images');
    },
    LIMIT_MS,
  );

  it(
    'writes vendors and local servers, whose cost is estimated',
    async () => {
      for (const name of ['vendors', 'local']) {
        const { file } = await write(name, ...scored);
        const estimate = await npx('promptfoo-iqa', 'estimate', '-c', file);
        expect(estimate.exitCode, log(estimate)).toBe(0);
        expect(estimate.stdout).toContain(name === 'vendors' ? 'gpt-4.1' : 'vllm');
      }
    },
    LIMIT_MS,
  );

  it(
    'writes pairs and methods with anchors of the project, and generators with pictures to rate',
    async () => {
      const pairs = await write('pairs');
      expect(pairs.init.stdout).toContain('configs/pairs.yaml\niqa-prompts/pair.yaml\n');
      for (const [name, prompt] of [
        ['pairs', 'pair-prior'],
        ['methods', 'anchors'],
      ] as const) {
        const { file } = name === 'pairs' ? pairs : await write(name);
        const few = ['-c', file, '--filter-first-n', '2'];
        const estimate = await npx('promptfoo-iqa', 'estimate', ...few);
        expect(estimate.exitCode, log(estimate)).toBe(0);
        expect(estimate.stdout).toContain(prompt);
      }
      const { file } = await write('generators');
      const run = await evaluate('-c', file);
      expect(run.exitCode, log(run)).toBe(0);
      expect(run.results.stats).toMatchObject({ successes: 24, failures: 0, errors: 0 });
    },
    LIMIT_MS,
  );

  it('asks about the sample data set where no images are named, and puts it into the project', async () => {
    const { init, text } = await write('vendors', '--force');
    expect(init.stdout).toBe(
      'configs/vendors.yaml\nNow run: npx promptfoo eval -c configs/vendors.yaml --no-table\n',
    );
    expect(text).toContain('{ folder: iqa-sample }');
    const first = ['-c', 'configs/vendors.yaml', '--filter-first-n', '2'];
    const estimate = await npx('promptfoo-iqa', 'estimate', ...first);
    expect(estimate.exitCode, log(estimate)).toBe(0);
    expect(existsSync(join(app, 'iqa-sample/scores.csv'))).toBe(true);
  });
});

it('npx promptfoo-iqa degradations draws with the shipped font and worker', async () => {
  const outcome = await npx('promptfoo-iqa', 'degradations', 'images/0.png', '-o', 'sheet.png');
  expect(outcome).toEqual({ exitCode: 0, stdout: 'sheet.png\n', stderr: '' });
});
