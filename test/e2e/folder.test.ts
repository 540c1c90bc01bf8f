import { afterEach, describe, expect, it } from 'vitest';
import { checkout, createProject, type Project, projectConfig, writeDataset } from './promptfoo.ts';

const TWO_MINUTES_MS = 120_000;

let project: Project | undefined;
afterEach(() => project?.remove());

const folder = (config: object) => ({ path: checkout('datasets/folder.ts'), config });

describe('a folder of images without scores', () => {
  it(
    'is scored and claims no correlation, beside a data set that has one',
    async () => {
      const config = projectConfig({ datasets: ['rated'] }) as { tests: object[] };
      config.tests.push(folder({ root: 'photos' }));
      project = await createProject(config);
      await writeDataset(project, 'rated', 4);
      await writeDataset(project, 'photos', 3);
      const { exitCode, output, log } = await project.evaluate();
      expect(exitCode, log).toBe(0);
      const rows = output?.results.results ?? [];
      const photos = rows.filter((row) => row.metadata?.dataset === 'photos');
      expect(photos).toHaveLength(2 * 3);
      for (const row of photos) {
        expect(row.vars).not.toHaveProperty('mos');
        expect(row.namedScores).toEqual({ score: expect.any(Number) });
      }
      const correlations = rows.filter((row) => row.metadata?.iqaCorrelation);
      expect(correlations.map((row) => row.metadata?.dataset)).toEqual(['rated', 'rated']);
      expect(Object.keys(correlations[0]?.namedScores ?? {})).toContain('SRCC');
      expect(log).toContain('photos: 3 images without human scores, so no correlation\n');
    },
    TWO_MINUTES_MS,
  );

  it(
    'keeps a row without MOS an error, and takes no correlation over images of two sources',
    async () => {
      const config = projectConfig({ datasets: [], prompts: ['two-level'] });
      project = await createProject({
        ...config,
        tests: [
          folder({ root: 'photos', dataset: 'mine' }),
          { vars: { image: 'photos/images/0.png', dataset: 'mine', mos: 3 } },
          { vars: { image: 'photos/images/1.png', dataset: 'mine' } },
        ],
      });
      await writeDataset(project, 'photos', 2);
      const { exitCode, output, log } = await project.evaluate();
      expect(exitCode, log).toBe(100);
      const rows = output?.results.results ?? [];
      const errors = rows.filter((row) => row.error).map((row) => row.error);
      expect(errors).toHaveLength(2);
      expect(errors[0]).toContain("give the image's mean opinion score as a number");
      expect(errors[1]).toContain(
        'mine: no correlation, because two sources are called mine: photos and tests written by hand',
      );
    },
    TWO_MINUTES_MS,
  );
});
