import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { reportSchema } from '../../src/report/report-schema.ts';
import { runCli } from '../cli/run-cli.ts';
import { startOpenaiBatchServer } from '../servers/openai-batch.ts';
import { batchProject, collect, submit } from './batch-runs.ts';
import {
  createProject,
  type Project,
  type PromptfooOutput,
  projectConfig,
  runPromptfoo,
  writeDataset,
} from './promptfoo.ts';

let project: Project | undefined;
afterEach(() => project?.remove());

describe('configs/pairs.yaml', () => {
  it('runs without a key, asks what the estimate said, and reports the position bias', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'iqa-pairs-'));
    try {
      const config = fileURLToPath(new URL('../../configs/pairs.yaml', import.meta.url));
      const few = ['--filter-first-n', '6'];
      const estimate = await runCli(['estimate', '-c', config, ...few], folder);
      expect(estimate.status, estimate.stderr).toBe(0);
      const calls = Number(/^ *all +([\d,]+) /m.exec(estimate.stdout)?.[1]?.replaceAll(',', ''));
      const { exitCode, log } = await runPromptfoo(
        ['eval', '-c', config, ...few, '--no-progress-bar', '-o', 'out.json'],
        { folder, configDirectory: join(folder, '.promptfoo') },
      );
      expect(exitCode, log).toBe(0);
      const output: PromptfooOutput = JSON.parse(await readFile(join(folder, 'out.json'), 'utf8'));
      const asked = output.results.results.map(
        ({ response }) => (response?.metadata?.cost as { asked: number } | undefined)?.asked ?? 0,
      );
      expect(asked.reduce((sum, count) => sum + count, 0)).toBe(calls);
      // Six images: with five anchors three times and once with the classical measure, under four copies with
      // three anchors and a similarity question each, and twice alone.
      expect(calls).toBe(6 * (5 * 10 + 4 * (2 * 3 + 1) + 2));
      const file = join(folder, 'iqa-report/report.json');
      const { datasets } = reportSchema.parse(JSON.parse(await readFile(file, 'utf8')));
      const biases = new Map(
        datasets[0]?.entries.map(({ provider, prompt, pairs }) => [
          `${provider}, ${prompt}`,
          pairs?.positionBias.estimate,
        ]),
      );
      // As the judge was told to have, and none of a measure that knows no places.
      expect(biases.get('simulated, no model, pair-five')).toBeGreaterThan(0.01);
      expect(biases.get('statistical, pair')).toBeCloseTo(0, 9);
      expect(biases.get('simulated, no model, five-level')).toBeUndefined();
      expect(log).toMatch(/simulated, no model, pair: position bias \+0\.0\d\d/);
    } finally {
      await rm(folder, { recursive: true });
    }
  }, 300_000);
});

describe('a column of pairs', () => {
  it('is bought by a batch, and asks nothing more in the evaluation', async () => {
    const server = await startOpenaiBatchServer({ polls: 0 });
    try {
      project = await batchProject({
        judgeOptions: { baseUrl: server.baseUrl },
        prompts: ['pair'],
        images: 3,
      });
      const submitted = await submit(project);
      // Three images, five anchors, two orders.
      expect(submitted.log).toContain('submitted 30 requests');
      expect((await collect(project)).exitCode).toBe(0);
      const run = await project.evaluate();
      expect(run.exitCode, run.log).toBe(0);
      const rows = run.output?.results.results.filter(({ metadata }) => metadata?.answers) ?? [];
      expect(rows).toHaveLength(3);
      for (const { metadata } of rows) {
        expect(metadata?.cost).toMatchObject({ asked: 0, reused: 10 });
      }
      expect(server.submitted).toHaveLength(30);
    } finally {
      await server.close();
    }
  }, 300_000);

  it('is gated as any other', async () => {
    project = await createProject(
      projectConfig({
        datasets: ['blur'],
        prompts: ['pair'],
        rankConfig: { min: 0.5, minImages: 5 },
      }),
    );
    await writeDataset(project, 'blur', 8);
    const run = await project.evaluate();
    expect(run.exitCode, run.log).toBe(0);
    expect(run.log).toMatch(/^gate: SRCC .*: passed$/m);
    expect(run.log).toMatch(/^gates judged: 1$/m);
    const [metrics] = run.output?.results.prompts.map(({ metrics }) => metrics.namedScores) ?? [];
    expect(metrics?.['position bias']).toBeCloseTo(0, 9);
  }, 300_000);
});
