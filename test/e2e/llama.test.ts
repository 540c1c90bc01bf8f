import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { NO_ANSWER } from '../llama/no-answer.ts';
import { sharedIsPresent, sharedPath } from '../shared.ts';
import {
  createProject,
  type Project,
  projectConfig,
  promptfooEnvironment,
  type ResultRow,
  type Run,
  writeDataset,
} from './promptfoo.ts';

/** The way of configs/laptop.yaml with a tiny model: promptfoo starts a real llama-server and ends it. */
const canRun = sharedIsPresent('llama/reference.json') && Boolean(process.env.LLAMA_SERVER);
if (!process.env.LLAMA_SERVER) console.warn('skipped: LLAMA_SERVER names no llama-server');
const MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
const PROMPTS = ['two-level', 'qdebias'];
const IMAGES = 4;

const imageRows = ({ output, log }: Run): ResultRow[] => {
  const rows = (output?.results.results ?? []).filter(({ vars }) => vars.mos !== '');
  expect(rows, log).toHaveLength(PROMPTS.length * IMAGES);
  return rows;
};

describe.skipIf(!canRun)('judge llama:<model> under promptfoo', () => {
  let project: Project;
  const configured = (judgeOptions: object = {}) =>
    projectConfig({
      datasets: ['photographs'],
      prompts: PROMPTS,
      provider: {
        judge: `llama:${sharedPath('llama/tiny-qwen2.5vl.gguf')}`,
        judgeOptions: { maxConcurrency: 2, ...judgeOptions },
        image: { maxPixels: 4096 },
      },
    });
  beforeAll(async () => {
    project = await createProject(configured());
    await writeDataset(project, 'photographs', IMAGES);
  });
  afterAll(() => project.remove());

  const estimate = (): Promise<{ status: number; stdout: string; stderr: string }> =>
    new Promise((resolve) => {
      execFile(
        process.execPath,
        [MAIN, 'estimate', '-c', 'promptfooconfig.yaml'],
        { cwd: project.folder, env: promptfooEnvironment(join(project.folder, '.promptfoo')) },
        (error, stdout, stderr) => resolve({ status: Number(error?.code ?? 0), stdout, stderr }),
      );
    });

  const logs = () => {
    try {
      return readdirSync(join(project.folder, '.promptfoo/iqa/llama')).filter((name) =>
        name.endsWith('.log'),
      );
    } catch {
      return [];
    }
  };

  it('estimate says how long it will take', async () => {
    const { status, stdout, stderr } = await estimate();
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(/time/);
    expect(stdout).toMatch(/qdebias .* \$0\.0000 .* about \d+ s/);
  });

  it('scores the images with token probabilities, in one server, and prints how it starts', async () => {
    const before = logs().length;
    const run = await project.evaluate();
    const { log, output } = run;
    expect(log).toMatch(/tiny-qwen2\.5vl\.gguf: starting llama-server, 2 slots of \d+ tokens/);
    expect(log).toMatch(/tiny-qwen2\.5vl\.gguf: ready/);
    expect(logs()).toHaveLength(before + 1);
    // The model's weights are random, and a processor's rounding moves what it says: a reply may be none
    // of the choices, and its row says so.
    const rows = imageRows(run);
    const answered = rows.filter(({ response }) => response?.error === undefined);
    for (const { response } of rows)
      if (response?.error !== undefined) expect(response.error).toMatch(NO_ANSWER);
    expect(answered, log).not.toHaveLength(0);
    const answers = answered.flatMap(({ promptIdx, response }) => {
      const own = response?.metadata?.answers as object[];
      // One question under two-level; two under each of at most four priors.
      expect(own.length).toBeGreaterThanOrEqual(PROMPTS[promptIdx] === 'two-level' ? 1 : 2 * 3);
      return own;
    });
    for (const answer of answers) {
      expect(answer).toMatchObject({
        source: 'logprobs',
        model: 'tiny-qwen2.5vl.gguf',
        costUsd: 0,
      });
    }
    expect(JSON.stringify(output)).not.toContain('127.0.0.1');
  });

  it('starts no server for a run whose answers are all in the store', async () => {
    const before = logs().length;
    const run = await project.evaluate();
    const { log } = run;
    imageRows(run);
    expect(log).not.toContain('starting llama-server');
    expect(logs()).toHaveLength(before);
  });

  it('starts no server where replies in the store are no answer', async () => {
    const before = logs().length;
    // No reply has all of its probability on the choices.
    await project.write('promptfooconfig.yaml', stringify(configured({ minCoveredMass: 1 })));
    const run = await project.evaluate();
    for (const { response } of imageRows(run)) expect(response?.error).toMatch(NO_ANSWER);
    expect(run.log).not.toContain('starting llama-server');
    expect(logs()).toHaveLength(before);
  });
});
