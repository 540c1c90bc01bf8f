import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { reportSchema } from '../../reports/report-schema.ts';
import { createProject, type Project, projectConfig, writeDataset } from './promptfoo.ts';

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
        // No bound holds for a column that rates no images.
        rankConfig: { min: -1 },
      }),
    );
    await writeDataset(project, 'blur', 5);
    const run = await project.evaluate();
    expect(run.exitCode, run.log).toBe(0);
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
  }, 120_000);
});
