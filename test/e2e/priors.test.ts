import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { degradationNames } from '../../src/degradations/index.ts';
import { reportSchema } from '../../src/report/report-schema.ts';
import { runCli } from '../cli/run-cli.ts';
import {
  createProject,
  type Project,
  projectConfig,
  runPromptfoo,
  writeDataset,
} from './promptfoo.ts';

let project: Project | undefined;
afterEach(() => project?.remove());

describe('a prompt that rates the degraded copies', () => {
  it('is a column without correlation, whose copies the report ranks', async () => {
    project = await createProject(
      projectConfig({
        datasets: ['blur'],
        prompts: ['two-level', 'prior'],
        provider: {
          conditions: [
            { degradation: 'darkness', severity: 1 },
            { degradation: 'gaussian_noise', severity: 5 },
            { degradation: 'gaussian_blur', severity: 5 },
          ],
        },
        // A column that rates no images has nothing to judge, so it passes no gate.
        rankConfig: { min: -1, minImages: 5 },
      }),
    );
    await writeDataset(project, 'blur', 5);
    const run = await project.evaluate();
    expect(run.exitCode, run.log).toBe(100);
    expect(run.log).toMatch(/^gate: SRCC .*: passed \(judge, two-level\)/m);
    expect(run.log).toMatch(
      /^gate: min -1: blur: no correlation, because this prompt file rates .*: failed \(judge, prior\)$/m,
    );
    expect(run.log).toMatch(/^gates judged: 1 of 2$/m);
    const [rating, prior] = run.output?.results.prompts.map(({ metrics }) => metrics) ?? [];
    expect(rating?.namedScores).toHaveProperty('SRCC');
    expect(prior?.namedScores).not.toHaveProperty('SRCC');
    expect(prior?.namedScores).not.toHaveProperty('score');

    const file = join(project.folder, 'iqa-report/report.json');
    const report = reportSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    expect(report.datasets[0]?.entries.map(({ prompt }) => prompt)).toEqual(['two-level']);
    const ranking = report.priors[0]?.ranking ?? [];
    expect(ranking).toHaveLength(3);
    // A copy that is hardly darker is no prior.
    expect(ranking.at(-1)).toMatchObject({ degradation: 'darkness', severity: 1, n: 5 });
    expect(ranking[0]?.suitability).toBeGreaterThan(0.5);
    expect(run.log).toMatch(/judge, prior: the best of 3 degraded copies as priors, over 5 images/);
  }, 300_000);
});

describe('configs/priors.yaml', () => {
  it('measures every degradation at every severity', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'iqa-priors-'));
    try {
      const config = fileURLToPath(new URL('../../configs/priors.yaml', import.meta.url));
      const { exitCode, log } = await runPromptfoo(
        ['eval', '-c', config, '--filter-first-n', '3', '--no-progress-bar'],
        { folder, configDirectory: join(folder, '.promptfoo') },
      );
      expect(exitCode, log).toBe(0);
      const file = join(folder, 'iqa-report/report.json');
      const { priors, datasets } = reportSchema.parse(JSON.parse(await readFile(file, 'utf8')));
      expect(datasets).toEqual([]);
      expect(priors[0]?.ranking).toHaveLength(5 * degradationNames.length);
      expect(priors[0]?.ranking.every(({ n }) => n === 3)).toBe(true);
    } finally {
      await rm(folder, { recursive: true });
    }
  }, 300_000);
});

describe('conditions picked from a saved output', () => {
  it('come with SRCC on both halves, suitability, and what the image alone gives', async () => {
    const paper = [
      { degradation: 'zoom_blur', severity: 3 },
      { degradation: 'spatter', severity: 3 },
      { degradation: 'saturate', severity: 3 },
      { degradation: 'fog', severity: 4 },
    ];
    project = await createProject(
      projectConfig({
        datasets: ['blur'],
        prompts: ['qdebias', 'two-level', 'prior'],
        provider: {
          conditions: [...paper, { degradation: 'pixelate', severity: 5 }],
          preview: 'none',
        },
      }),
    );
    await writeDataset(project, 'blur', 40);
    const run = await project.evaluate();
    expect(run.exitCode, run.log).toBe(0);
    const { status, stdout, stderr } = await runCli(['priors', 'out.json'], project.folder);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^judge, qdebias, over blur: picked on 20 images \(seed 0\), measured on/m,
    );
    expect(stdout).toMatch(/degradation +severity +SRCC +suitability/);
    const figures = String.raw`−?[01]\.\d{3} +−?[01]\.\d{3} \[−?[01]\.\d{3}, −?[01]\.\d{3}\]`;
    for (const set of [
      'picked by SRCC',
      'most suitable',
      "the paper's four",
      'all 5',
      'the image alone: two-level',
    ]) {
      expect(stdout).toMatch(new RegExp(`^ *${set} +${figures}`, 'm'));
    }
    expect(stdout).toMatch(/\nconditions:\n( {2}- \{ degradation: \w+, severity: \d \}\n){1,4}$/);
  }, 300_000);
});
