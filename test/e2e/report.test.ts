import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Report, reportSchema } from '../../src/report/report-schema.ts';
import { runCli } from '../cli/run-cli.ts';
import { createProject, type Project, projectConfig, writeDataset } from './promptfoo.ts';

const FIVE_MINUTES_MS = 300_000;
const IMAGES = 12;

let project: Project | undefined;
afterEach(() => project?.remove());

/** What a report says, without what depends on when and in how many parts the answers were bought. */
const measured = ({ datasets }: Report) =>
  datasets.map(({ entries, ...dataset }) => ({
    ...dataset,
    entries: entries.map(({ calls: _, cost: __, latencyMs: ___, ...entry }) => entry),
  }));

describe('the report of a run through the command line', () => {
  it(
    'is written after the run, and joined shards give the same as the undivided run',
    async () => {
      project = await createProject({
        ...projectConfig({ datasets: ['blur'], provider: { preview: 'none' } }),
        metadata: { iqaReport: { folder: 'reports/latest', disagreements: 2 } },
      });
      const { folder } = project;
      // In an order that blur alone does not give.
      await writeDataset(project, 'blur', IMAGES, (index) => 100 - index * 7 + (index % 3) * 9);
      const report = async (path: string) =>
        reportSchema.parse(JSON.parse(await readFile(join(folder, path, 'report.json'), 'utf8')));

      const { log, exitCode } = await project.evaluate('-o', 'whole.json', '-o', 'whole.jsonl');
      expect(exitCode, log).toBe(0);
      expect(log).toContain(`Report: ${join('reports/latest', 'report.html')}`);
      const whole = await report('reports/latest');
      expect(whole.datasets[0]?.entries.map(({ images }) => images.scored)).toEqual([
        IMAGES,
        IMAGES,
      ]);
      // Sheets of the listed images, although the rows have none.
      const html = await readFile(join(folder, 'reports/latest/report.html'), 'utf8');
      expect(html.match(/<img src="data:image\/webp;base64,/g)).toHaveLength(4);

      const shards = ['0:5', '5:8', '8:12'];
      const files = ['shard-0.json', 'shard-1.jsonl', 'shard-2.json'];
      for (const [index, range] of shards.entries()) {
        await project.evaluate('--filter-range', range, '-o', files[index]!);
      }
      const joined = await runCli(
        ['report', ...files, '-o', 'joined', '--disagreements', '2'],
        folder,
      );
      expect(joined.stderr).toBe('');
      expect(joined.status).toBe(0);
      expect(measured(await report('joined'))).toEqual(measured(whole));

      for (const [file, evaluations] of [
        ['whole.json', whole.evaluations],
        ['whole.jsonl', []],
      ] as const) {
        const saved = await runCli(['report', file, '-o', 'saved', '--disagreements', '2'], folder);
        expect(saved.status, saved.stderr).toBe(0);
        expect(await report('saved')).toEqual({
          ...whole,
          createdAt: expect.any(String),
          evaluations,
          files: [file],
        });
      }
    },
    FIVE_MINUTES_MS,
  );

  it(
    'refuses outputs that were asked differently, in one line',
    async () => {
      const config = (seed: number) =>
        projectConfig({
          datasets: ['blur'],
          prompts: ['qdebias'],
          provider: { seed, preview: 'none' },
        });
      project = await createProject(config(0));
      const { folder } = project;
      await writeDataset(project, 'blur', 4);
      await project.evaluate('-n', '3', '-o', 'a.json');
      await project.write('promptfooconfig.yaml', JSON.stringify(config(1)));
      await project.evaluate('-n', '3', '-o', 'b.json');
      const { status, stderr } = await runCli(['report', 'a.json', 'b.json'], folder);
      expect(status).toBe(1);
      expect(stderr).toMatch(
        /^error: a\.json and b\.json: column "judge, qdebias" cannot be joined, .*seed is 0 and 1[^\n]*\n$/,
      );
    },
    FIVE_MINUTES_MS,
  );
});
