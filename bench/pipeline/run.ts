import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROMPTFOO, promptfooEnvironment } from '../../test/e2e/promptfoo.ts';
import type { ProbeFigures } from './probe.ts';

export interface Run extends ProbeFigures {
  wallS: number;
  output: string;
}

const PROBE = new URL('./probe.ts', import.meta.url);
const LOOP = new URL('./loop.ts', import.meta.url);

/** Runs `promptfoo eval` in a folder, with the database in `configDirectory`, and measures it. */
export const runPromptfoo = (
  folder: string,
  configDirectory: string,
  ...args: string[]
): Promise<Run> =>
  measure([PROMPTFOO, 'eval', '--no-table', '--no-progress-bar', ...args], folder, configDirectory);

export const runLoop = (folder: string, server: string, files: string[]): Promise<Run> =>
  measure([LOOP.pathname, server, ...files], folder, folder);

async function measure(args: string[], cwd: string, configDirectory: string): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), 'iqa-probe-'));
  const file = join(folder, 'figures.json');
  const env = {
    ...promptfooEnvironment(configDirectory),
    NODE_OPTIONS: `--import ${PROBE.href}`,
    IQA_BENCH_PROBE: file,
  };
  try {
    const start = performance.now();
    const { code, output } = await finished(args, cwd, env);
    const wallS = (performance.now() - start) / 1000;
    // promptfoo exits with 100 when a row failed.
    if (code !== 0 && code !== 100) throw new Error(`exit code ${code}: ${output.slice(-3000)}`);
    return { ...(JSON.parse(await readFile(file, 'utf8')) as ProbeFigures), wallS, output };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function finished(
  args: string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, args, { cwd, env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk;
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}
