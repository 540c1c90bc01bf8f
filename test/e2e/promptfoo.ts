import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { rawInput } from '../../src/images/resize.ts';
import { picture } from '../images/pictures.ts';

/** `file://` reference to a file of the checkout, for configurations that lie elsewhere. */
export const checkout = (path: string): string =>
  `file://${fileURLToPath(new URL(`../../${path}`, import.meta.url))}`;

export const PROMPTFOO = fileURLToPath(
  new URL('../../node_modules/.bin/promptfoo', import.meta.url),
);

export interface Run {
  exitCode: number;
  /** Standard output and standard error. */
  log: string;
  /** What `-o` wrote; undefined when nothing was written. */
  output?: PromptfooOutput;
}

/** The parts of promptfoo's output file that the tests read. */
export interface PromptfooOutput {
  evalId: string;
  results: {
    results: ResultRow[];
    prompts: {
      provider: string;
      label: string;
      metrics: { namedScores: Record<string, number> };
    }[];
    stats: { successes: number; failures: number; errors: number };
  };
}

export interface ResultRow {
  success: boolean;
  error?: string | null;
  namedScores: Record<string, number>;
  vars: Record<string, unknown>;
  promptIdx: number;
  testIdx: number;
  metadata?: Record<string, unknown>;
  response?: { output?: unknown; error?: string; metadata?: Record<string, unknown> };
  gradingResult?: { reason: string; pass: boolean } | null;
}

/** A project folder of its own, with its own promptfoo database. */
export interface Project {
  folder: string;
  write(path: string, content: string | Uint8Array): Promise<void>;
  /** Runs `promptfoo eval` there. */
  evaluate(...args: string[]): Promise<Run>;
  /** Starts `promptfoo eval` there and leaves it running. */
  start(...args: string[]): ChildProcess;
  remove(): Promise<void>;
}

export async function createProject(config: object): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), 'iqa-project-'));
  const write = async (path: string, content: string | Uint8Array) => {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), content);
  };
  await write('promptfooconfig.yaml', stringify(config));
  return {
    folder,
    write,
    evaluate: (...args) => evaluate(folder, args),
    start: (...args) =>
      spawn(process.execPath, [PROMPTFOO, 'eval', '--no-table', '--no-progress-bar', ...args], {
        cwd: folder,
        env: promptfooEnvironment(join(folder, '.promptfoo')),
        stdio: 'ignore',
      }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function evaluate(folder: string, args: readonly string[]): Promise<Run> {
  const outputFile = join(folder, 'out.json');
  await rm(outputFile, { force: true });
  const withOutput =
    args.includes('--retry-errors') || args.includes('-o') ? [] : ['-o', 'out.json'];
  const { exitCode, log } = await runPromptfoo(
    ['eval', '--no-table', '--no-progress-bar', ...withOutput, ...args],
    { folder, configDirectory: join(folder, '.promptfoo') },
  );
  const text = await readFile(outputFile, 'utf8').catch(() => undefined);
  return {
    exitCode,
    log,
    ...(text !== undefined && { output: JSON.parse(text) as PromptfooOutput }),
  };
}

/** Environment of a promptfoo that keeps its database in `configDirectory` and calls nobody. */
export const promptfooEnvironment = (configDirectory: string): NodeJS.ProcessEnv => ({
  ...process.env,
  PROMPTFOO_CONFIG_DIR: configDirectory,
  PROMPTFOO_DISABLE_TELEMETRY: '1',
  PROMPTFOO_DISABLE_UPDATE: '1',
  // vitest's own settings must not reach the process under test.
  NODE_OPTIONS: '',
  VITEST: '',
});

/** Runs promptfoo's command line to its end; `log` is standard output and standard error. */
export function runPromptfoo(
  args: readonly string[],
  { folder, configDirectory }: { folder: string; configDirectory: string },
): Promise<{ exitCode: number; log: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [PROMPTFOO, ...args],
      { cwd: folder, env: promptfooEnvironment(configDirectory), maxBuffer: 1e8 },
      (error, stdout, stderr) => {
        resolve({ exitCode: error ? Number(error.code ?? 1) : 0, log: stdout + stderr });
      },
    );
  });
}

/** Two promptfoo processes that both find no database fail now and then: each makes its tables. */
export async function makePromptfooDatabase({ folder }: Project): Promise<void> {
  const configDirectory = join(folder, '.promptfoo');
  const { exitCode, log } = await runPromptfoo(['list', 'evals'], { folder, configDirectory });
  if (exitCode !== 0) throw new Error(log);
}

/**
 * Writes `count` photographs-to-be into `images/` and their CSV: one picture, blurred more and more,
 * scored by how little, unless `mosOf` says otherwise.
 */
export async function writeDataset(
  project: Project,
  name: string,
  count: number,
  mosOf: (index: number) => number = (index) => 100 - index * 7,
): Promise<void> {
  const rows = ['file,score'];
  for (let index = 0; index < count; index++) {
    const width = 64 + index;
    const sigma = 0.3 + index * 0.4;
    const bytes = await rawInput(picture(width, 64)).blur(sigma).png().toBuffer();
    await project.write(`${name}/images/${index}.png`, bytes);
    rows.push(`images/${index}.png,${mosOf(index)}`);
  }
  await project.write(`${name}/scores.csv`, `${rows.join('\n')}\n`);
}

/** Entries of `extensions` for the extension's three hooks. */
export const OWN_HOOKS = ['beforeAll', 'beforeEach', 'afterAll'].map(
  (hook) => `${checkout('reports/extension.ts')}:${hook}`,
);

/** Configuration of a project over CSV data sets, with both assertions and the extension. */
export function projectConfig({
  datasets,
  provider = {},
  prompts = ['two-level', 'qdebias'],
  scoreConfig = {},
  rankConfig = {},
}: {
  datasets: readonly string[];
  provider?: object;
  prompts?: readonly string[];
  scoreConfig?: object;
  rankConfig?: object;
}): object {
  return {
    providers: [
      {
        id: checkout('providers/debiased.ts'),
        label: 'judge',
        config: { judge: 'statistical', ...provider },
      },
    ],
    prompts: prompts.map((name) => ({ id: checkout(`prompts/${name}.yaml`), label: name })),
    tests: datasets.map((name) => ({
      path: checkout('datasets/csv.ts'),
      config: { file: `${name}/scores.csv`, image: 'file', mos: 'score', dataset: name },
    })),
    defaultTest: {
      assert: [
        {
          type: 'javascript',
          value: checkout('assertions/debiased-score.ts'),
          config: scoreConfig,
        },
        {
          type: 'javascript',
          value: checkout('assertions/rank-correlation.ts'),
          config: rankConfig,
        },
      ],
    },
    extensions: OWN_HOOKS,
  };
}
