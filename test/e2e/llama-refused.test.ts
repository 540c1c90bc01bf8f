import { execFile } from 'node:child_process';
import { chmod, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it, vi } from 'vitest';
import {
  createProject,
  type Project,
  projectConfig,
  promptfooEnvironment,
  writeDataset,
} from './promptfoo.ts';

/** A llama-server that is none, under promptfoo: what it cannot do is said before the first row. */
const FAKE = fileURLToPath(new URL('../servers/fake-llama-server.ts', import.meta.url));
const MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
const TEN_MINUTES_MS = 600_000;

let project: Project | undefined;
afterEach(async () => {
  vi.unstubAllEnvs();
  await project?.remove();
});

async function makeProject(): Promise<Project> {
  const made = await createProject({
    ...projectConfig({
      datasets: ['blur'],
      provider: { judge: 'llama:my models/seer-Q4_K_M.gguf', image: { maxPixels: 4096 } },
      prompts: ['two-level'],
    }),
    // Its answers are all alike, so there is no correlation.
    defaultTest: {},
  });
  project = made;
  await writeDataset(made, 'blur', 3);
  for (const name of ['seer-Q4_K_M.gguf', 'mmproj-seer.gguf'])
    await made.write(`my models/${name}`, name);
  const program = join(made.folder, 'llama-server');
  await writeFile(program, `#!/bin/sh\nexec "${process.execPath}" "${FAKE}" "$@"\n`);
  await chmod(program, 0o755);
  vi.stubEnv('LLAMA_SERVER', program);
  return made;
}

it(
  'a server that cannot serve ends the run in one line; what is kept needs none',
  async () => {
    const { evaluate, folder } = await makeProject();
    const logs = () => readdir(join(folder, '.promptfoo/iqa/llama'));
    vi.stubEnv('FAKE_LLAMA', 'dies');
    const refused = await evaluate();
    expect(refused.exitCode, refused.log).toBe(1);
    expect(refused.output).toBeUndefined();
    const lines = refused.log.split('\n').filter((line) => line.includes('llama:'));
    expect(lines).toEqual([
      expect.stringMatching(
        /^judge: judge llama:my models\/seer-Q4_K_M\.gguf: llama-server ended while it started; .*unknown architecture "x"$/,
      ),
    ]);
    expect(refused.log).not.toContain('\x1b[31m');

    vi.stubEnv('FAKE_LLAMA', '');
    const bought = await evaluate();
    expect(bought.exitCode, bought.log).toBe(0);
    const before = (await logs()).length;

    vi.stubEnv('FAKE_LLAMA', 'dies');
    const rerun = await evaluate();
    expect(rerun.exitCode, rerun.log).toBe(0);
    expect(rerun.log).not.toContain('starting llama-server');
    expect(await logs()).toHaveLength(before);
    expect(rerun.output?.results.stats.errors).toBe(0);

    // Another file under the same path is another model.
    await writeFile(join(folder, 'my models/seer-Q4_K_M.gguf'), 'SEER-q4_k_m.gguf');
    const other = await evaluate();
    expect(other.exitCode, other.log).toBe(1);
    expect(other.log).toContain('starting llama-server');
  },
  TEN_MINUTES_MS,
);

it(
  'a log that cannot be written is said in one line',
  async () => {
    const { evaluate, write } = await makeProject();
    await write('.promptfoo/iqa/llama', 'a file where the folder should be');
    const { exitCode, log } = await evaluate();
    expect(exitCode, log).toBe(1);
    expect(log).toMatch(
      /^judge: judge llama:my models\/seer-Q4_K_M\.gguf: the log of llama-server cannot be written \(EEXIST: .*\)$/m,
    );
  },
  TEN_MINUTES_MS,
);

it(
  'estimate shows that it starts one',
  async () => {
    const { folder } = await makeProject();
    const { stdout, stderr } = await new Promise<{ stdout: string; stderr: string }>((resolve) =>
      execFile(
        process.execPath,
        [MAIN, 'estimate', '-c', 'promptfooconfig.yaml'],
        { cwd: folder, env: promptfooEnvironment(join(folder, '.promptfoo')) },
        (_, stdout, stderr) => resolve({ stdout, stderr }),
      ),
    );
    expect(stderr).toBe(
      'seer-Q4_K_M.gguf: starting llama-server, 4 slots of 1280 tokens\nseer-Q4_K_M.gguf: ready\n',
    );
    expect(stdout).toMatch(/two-level .* about \d+ s/);
  },
  TEN_MINUTES_MS,
);
