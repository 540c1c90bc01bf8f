import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStoreFile } from '../../src/answers/store-file.ts';
import type { BatchServer } from '../servers/batches.ts';
import {
  createProject,
  type Project,
  projectConfig,
  promptfooEnvironment,
  writeDataset,
} from './promptfoo.ts';

const MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
export const IMAGES = 3;
/** One question about each image, and a quality and a similarity question under each of four conditions. */
export const QUESTIONS = IMAGES * (1 + 4 * 2);

interface Wanted {
  judge?: string;
  judgeOptions: object;
  /** Of the provider's configuration. */
  more?: object;
  prompts?: readonly string[];
  images?: number;
  /** Makes another configuration of it. */
  change?: (config: { providers: { label: string; config: object }[] }) => object;
}

export async function batchProject({
  judge = 'openai:gpt-4.1',
  judgeOptions,
  more = {},
  prompts,
  images = IMAGES,
  change = (config) => config,
}: Wanted): Promise<Project> {
  const config = projectConfig({
    datasets: ['blur'],
    provider: { judge, judgeOptions, preview: 'none', ...more },
    ...(prompts && { prompts }),
  });
  const project = await createProject(change(config as Parameters<typeof change>[0]));
  await writeDataset(project, 'blur', images);
  return project;
}

export const startCli = ({ folder }: Project, ...args: string[]): ChildProcess =>
  spawn(process.execPath, [MAIN, ...args], {
    cwd: folder,
    env: promptfooEnvironment(join(folder, '.promptfoo')),
    stdio: ['ignore', 'pipe', 'pipe'],
  });

export async function runCli(
  of: Project,
  ...args: string[]
): Promise<{ exitCode: number; log: string }> {
  const child = startCli(of, ...args);
  let log = '';
  child.stdout?.on('data', (chunk) => {
    log += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    log += chunk;
  });
  const exitCode = await new Promise<number>((done) => {
    child.on('close', (code) => done(code ?? 1));
  });
  return { exitCode, log };
}

export const batch = (of: Project, ...args: string[]) => runCli(of, 'batch', ...args);

const CONFIG = ['-c', 'promptfooconfig.yaml'];
export const submit = (of: Project, ...args: string[]) => batch(of, 'submit', ...CONFIG, ...args);
export const startSubmit = (of: Project, ...args: string[]) =>
  startCli(of, 'batch', 'submit', ...CONFIG, ...args);
export const collect = (of: Project, ...args: string[]) => batch(of, 'collect', ...CONFIG, ...args);

/** What a project's store says to a query. */
export function inStore({ folder }: Project, sql: string): Record<string, unknown>[] {
  const database = openStoreFile(join(folder, '.promptfoo', 'iqa', 'answers.sqlite'));
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
}

/** Waits until batch files hold that many requests. */
export async function untilWritten(of: Project, requests: number): Promise<void> {
  for (;;) {
    await new Promise((done) => setTimeout(done, 20));
    try {
      const [row] = inStore(of, 'SELECT count(*) AS written FROM batch_requests');
      if (Number(row?.written) >= requests) return;
    } catch {
      // Not made yet.
    }
  }
}

/** What was submitted, as text. */
export const bodiesOf = ({ submitted }: Pick<BatchServer, 'submitted'>): string[] =>
  submitted.map(({ body }) => JSON.stringify(body));
