import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { reportSchema } from '../../src/report/report-schema.ts';
import { runCli } from '../cli/run-cli.ts';
import { checkout, createProject, type Project, projectConfig, writeDataset } from './promptfoo.ts';

const TWO_MINUTES_MS = 120_000;

let project: Project | undefined;
afterEach(() => project?.remove());

const csv = (config: object) => ({
  path: checkout('datasets/csv.ts'),
  config: { image: 'file', mos: 'score', ...config },
});

describe('lists of one name', () => {
  it(
    'get no correlation, in the run, its gate and its report, and others get theirs',
    async () => {
      const base = projectConfig({
        datasets: ['own'],
        prompts: ['two-level'],
        rankConfig: { min: -1, minImages: 4, minCoverage: 0.5 },
      }) as { tests: object[] };
      base.tests.push(csv({ file: 'A/labels/scores.csv' }), csv({ file: 'B/labels/scores.csv' }));
      project = await createProject(base);
      for (const name of ['own', 'A/labels', 'B/labels']) await writeDataset(project, name, 4);
      const { exitCode, output, log } = await project.evaluate();
      expect(exitCode, log).toBe(100);
      const rows = output?.results.results ?? [];
      const correlations = rows.filter((row) => String(row.vars.image).startsWith('correlation'));
      const error = correlations.find((row) => row.metadata?.dataset === 'labels/scores')?.error;
      expect(error).toBe(
        'labels/scores: no correlation, because two sources are called labels/scores: A/labels/scores.csv (image: file, mos: score) and B/labels/scores.csv (image: file, mos: score); set `dataset` of one to another name',
      );
      expect(correlations).toHaveLength(2);
      expect(rows.filter((row) => row.error)).toHaveLength(1);

      const saved = await runCli(['report', 'out.json', '-o', 'again'], project.folder);
      expect(saved.status, saved.stderr).toBe(0);
      for (const folder of ['iqa-report', 'again']) {
        const text = await readFile(join(project.folder, folder, 'report.json'), 'utf8');
        const { datasets } = reportSchema.parse(JSON.parse(text));
        expect(
          datasets.map(({ name, entries }) => [name, entries[0]?.SRCC.estimate === null]),
        ).toEqual([
          ['own', false],
          ['labels/scores', true],
        ]);
      }
    },
    TWO_MINUTES_MS,
  );

  it(
    'are one list where shards of it ran in two places',
    async () => {
      project = await createProject(projectConfig({ datasets: ['own'], prompts: ['two-level'] }));
      const { folder } = project;
      await writeDataset(project, 'own', 6);
      await writeDataset(project, 'elsewhere/own', 6);
      const config = projectConfig({ datasets: ['elsewhere/own'], prompts: ['two-level'] }) as {
        tests: { config: { dataset: string } }[];
      };
      for (const test of config.tests) test.config.dataset = 'own';
      await project.write('elsewhere.yaml', JSON.stringify(config));
      const here = await project.evaluate('--filter-range', '0:3');
      expect(here.exitCode, here.log).toBe(0);
      await cp(join(folder, 'out.json'), join(folder, 'here.json'));
      const there = await project.evaluate('-c', 'elsewhere.yaml', '--filter-range', '3:6');
      expect(there.exitCode, there.log).toBe(0);
      const joined = await runCli(['report', 'here.json', 'out.json'], folder);
      expect(joined.status, joined.stderr).toBe(0);
      expect(joined.stdout).toMatch(/judge \(statistical\) +two-level +6 +\d\.\d{3}/);
    },
    TWO_MINUTES_MS,
  );
});
