import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { checkout, createProject, type Project, projectConfig, writeDataset } from './promptfoo.ts';

const TWO_MINUTES_MS = 120_000;

let project: Project | undefined;
afterEach(() => project?.remove());

async function failingRun(options: object): Promise<string> {
  project = await createProject(
    projectConfig({ datasets: ['blur'], prompts: ['two-level'], ...options }),
  );
  await writeDataset(project, 'blur', 4);
  const run = await project.evaluate();
  expect(run.exitCode).toBe(1);
  expect(run.output).toBeUndefined();
  return run.log;
}

/** What promptfoo printed, without Node's warnings about promptfoo itself. */
const linesOf = (log: string): string[] =>
  log.split('\n').filter((line) => line !== '' && !/^\((node:\d+|Use `node )/.test(line));

describe('a broken configuration ends the run with one line that names the entry and the field', () => {
  it.each<[string, object, string]>([
    [
      'an unknown judge',
      { judge: 'statistic' },
      'judge: unknown judge "statistic", did you mean "statistical"?',
    ],
    ['an unknown key', { sede: 3 }, 'unknown key "sede", did you mean "seed"?'],
    [
      'an unknown degradation',
      { conditions: [{ degradation: 'fogg', severity: 3 }] },
      'conditions[0].degradation: ',
    ],
    [
      'a severity out of range',
      { conditions: [{ degradation: 'fog', severity: 6 }] },
      'severity must be one of 1, 2, 3, 4, 5 (found 6)',
    ],
    [
      'an unset environment variable',
      { judge: '{{env.IQA_NOT_SET}}' },
      'the environment variable IQA_NOT_SET is not set',
    ],
  ])(
    '%s',
    async (_, provider, message) => {
      const log = await failingRun({ provider });
      const [line, ...more] = linesOf(log);
      expect(more).toEqual([]);
      expect(line).toMatch(/^judge: /);
      expect(line).toContain(message);
    },
    TWO_MINUTES_MS,
  );

  it(
    'a list that is not there is one line too',
    async () => {
      project = await createProject(projectConfig({ datasets: ['none'] }));
      const { exitCode, log } = await project.evaluate();
      expect(exitCode).toBe(1);
      expect(linesOf(log)).toEqual([
        expect.stringMatching(/^none\/scores\.csv: no such file \(looked for .*\)$/),
      ]);
    },
    TWO_MINUTES_MS,
  );
});

describe('an evaluation that cannot go on', () => {
  it(
    'says in one line which row is gone, and goes on when it is back',
    async () => {
      project = await createProject(projectConfig({ datasets: ['blur'], prompts: ['two-level'] }));
      await writeDataset(project, 'blur', 4);
      const list = join(project.folder, 'blur/scores.csv');
      const image = join(project.folder, 'blur/images/2.png');
      const [bytes, csv] = await Promise.all([readFile(image), readFile(list, 'utf8')]);
      await rm(image);
      expect((await project.evaluate('-o', 'out.json')).exitCode).toBe(100);
      await writeFile(image, bytes);

      await writeFile(list, csv.replace(/images\/1\.png.*\n/, ''));
      const stopped = await project.evaluate('--retry-errors');
      expect(stopped.exitCode).toBe(1);
      expect(stopped.log).toContain(
        '1 of the 4 rows that this evaluation was begun with is not in the data set any more (blur/images/1.png of blur), so it cannot go on; put it back, or run it anew',
      );
      expect(stopped.log).not.toMatch(/\n\s+at |Transform failed/);

      await writeFile(list, csv);
      expect((await project.evaluate('--retry-errors')).exitCode).toBe(0);
    },
    TWO_MINUTES_MS,
  );
});

describe('a broken row fails by itself', () => {
  it(
    'names file, line and column of a row without MOS, and scores the others',
    async () => {
      project = await createProject(projectConfig({ datasets: ['blur'], prompts: ['two-level'] }));
      await writeDataset(project, 'blur', 4);
      await project.write(
        'blur/scores.csv',
        'file,score\nimages/0.png,90\nimages/1.png,\nimages/2.png,30\nimages/3.png,20\n',
      );
      const { exitCode, output } = await project.evaluate();
      expect(exitCode).toBe(100);
      const rows = output?.results.results ?? [];
      expect(rows.filter((row) => row.success)).toHaveLength(3);
      const broken = rows.find((row) => String(row.vars.image).endsWith('1.png'));
      expect(broken?.error).toMatch(/scores\.csv.*3.*score/);
      expect(broken?.error).not.toContain('\n');
      const correlation = rows.find((row) => row.metadata?.iqaCorrelation);
      expect(correlation?.error).toMatch(/1 of 4 images have no score: .*1\.png/);
    },
    TWO_MINUTES_MS,
  );

  it(
    'names prompt file and field of a malformed prompt',
    async () => {
      const config = projectConfig({ datasets: ['blur'], prompts: ['two-level'] }) as {
        prompts: unknown[];
      };
      config.prompts.push('file://broken.yaml');
      project = await createProject(config);
      await writeDataset(project, 'blur', 4);
      await project.write(
        'broken.yaml',
        'condition: none\nquality:\n  content: Good?\n  choises: { good: 1, poor: 0 }\n',
      );
      const { exitCode, log, output } = await project.evaluate();
      // It is known before the first row, and every row of the column would have it.
      expect(exitCode).toBe(1);
      expect(output).toBeUndefined();
      const said = log.split('\n').filter((line) => line.includes('choises'));
      expect(said).toEqual([
        expect.stringMatching(
          /broken\.yaml.*: unknown key "quality\.choises", did you mean "choices"\?/,
        ),
      ]);
    },
    TWO_MINUTES_MS,
  );

  it(
    'says that rank-correlation needs the extension',
    async () => {
      const { extensions: _, ...config } = projectConfig({
        datasets: ['blur'],
        prompts: ['two-level'],
      }) as Record<string, unknown>;
      project = await createProject(config);
      await writeDataset(project, 'blur', 4);
      const { exitCode, output } = await project.evaluate();
      expect(exitCode).toBe(100);
      expect(output?.results.results[0]?.gradingResult?.reason).toContain(
        'file://reports/extension.ts:beforeAll under extensions',
      );
    },
    TWO_MINUTES_MS,
  );

  it(
    'rates tests written by hand, images as paths or data URIs',
    async () => {
      const config = projectConfig({ datasets: [], prompts: ['two-level'] }) as Record<
        string,
        unknown
      >;
      project = await createProject(config);
      await writeDataset(project, 'blur', 4);
      const { readFile } = await import('node:fs/promises');
      const encoded = (await readFile(`${project.folder}/blur/images/3.png`)).toString('base64');
      const { stringify } = await import('yaml');
      await project.write(
        'promptfooconfig.yaml',
        stringify({
          ...config,
          tests: [
            { vars: { image: 'blur/images/0.png', mos: 3 } },
            { vars: { image: 'file://blur/images/1.png', mos: 2 } },
            { vars: { image: './blur/images/2.png', mos: '1.5' } },
            { vars: { image: `data:image/png;base64,${encoded}`, mos: 1 } },
          ],
        }),
      );
      const { exitCode, output } = await project.evaluate();
      expect(output?.results.results.map((row) => row.error ?? null)).toEqual([
        null,
        null,
        null,
        null,
        null,
      ]);
      expect(exitCode).toBe(0);
      expect(checkout('x')).toMatch(/^file:/);
    },
    TWO_MINUTES_MS,
  );
});
