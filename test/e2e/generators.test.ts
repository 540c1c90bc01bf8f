import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { reportSchema } from '../../src/report/report-schema.ts';
import { BLUR, createGeneratorProject, pictureFile, SUBJECTS } from './generator-project.ts';
import { checkout, type Project, promptfooEnvironment, type Run } from './promptfoo.ts';

const MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
const NAMES = Object.keys(BLUR);
const FIVE_MINUTES_MS = 300_000;

/** Image generators under promptfoo, and what the report makes of their pictures. */
describe('generators', () => {
  let project: Project;
  let run: Run;

  beforeAll(async () => {
    project = await createGeneratorProject(
      [
        { judge: 'statistical', prompt: 'qdebias' },
        { judge: 'statistical', prompt: 'two-level', name: 'alone' },
      ],
      ['soft-lake'],
    );
    await project.write('pictures/blurred-hill.txt', 'I cannot draw that.');
    run = await project.evaluate('-o', 'out.json', '-o', 'out.jsonl');
  }, FIVE_MINUTES_MS);
  afterAll(() => project.remove());

  const report = async (folder = 'iqa-report') =>
    reportSchema.parse(
      JSON.parse(await readFile(join(project.folder, folder, 'report.json'), 'utf8')),
    );

  it('are compared by each judge over the prompts of both, and what is missing is said', async () => {
    const { generated } = await report();
    expect(generated.map(({ name }) => name)).toEqual(['statistical, qdebias', 'alone']);
    for (const { generators, comparisons, prompts } of generated) {
      expect(prompts).toBe(SUBJECTS.length);
      expect(generators.map(({ name }) => name)).toEqual(NAMES);
      const means = generators.map(({ mean }) => Number(mean.estimate));
      expect(means).toEqual(means.toSorted((a, b) => b - a));
      expect(generators.map((one) => one.prompts.missing)).toEqual([
        [],
        [{ prompt: 'A picture of a lake', reason: 'content policy' }],
        [{ prompt: 'A picture of a hill', reason: expect.stringMatching(/holds no picture/) }],
      ]);
      expect(comparisons.map((pair) => [pair.a, pair.b, pair.prompts])).toEqual([
        [0, 1, SUBJECTS.length - 1],
        [0, 2, SUBJECTS.length - 1],
        [1, 2, SUBJECTS.length - 2],
      ]);
    }
  });

  it('stand in the terminal as a plain table', () => {
    expect(run.log).toMatch(/quality of 7 prompts' pictures, rated by statistical, qdebias\n/);
    expect(run.log).toMatch(
      / sharp +7 +0\.\d{3} \[0\.\d{3}, [01]\.\d{3}\] +0\.\d{3} A picture of a/,
    );
    expect(run.log).toMatch(/sharp minus soft \+0\.\d{3} \[.*\] over 6 of 7 prompts, p /);
    expect(run.log).toContain(
      '1 of 7 prompts without a rated picture, first of them "A picture of a lake": content policy',
    );
  });

  it('have their worst pictures in the page, and tables beside it', async () => {
    const read = (name: string) => readFile(join(project.folder, 'iqa-report', name), 'utf8');
    const html = await read('report.html');
    // Six each of three generators by two judges.
    expect(html.match(/<img src="data:image\/\w+;base64,/g)).toHaveLength(6 * 3 * 2);
    expect(html).not.toContain('No contact sheet');
    expect((await read('generators.csv')).trim().split('\n')).toHaveLength(1 + 3 * 2);
    expect((await read('generator-pairs.csv')).trim().split('\n')).toHaveLength(1 + 3 * 2);
    expect((await read('pictures.csv')).trim().split('\n')).toHaveLength(1 + 3 * 7 * 2);
    expect(await read('report.md')).toContain('## Which generator makes better pictures?');
  });

  it.each(['out.json', 'out.jsonl'])('are compared alike from the saved %s', async (file) => {
    const { status, log } = await new Promise<{ status: number; log: string }>((resolve) => {
      execFile(
        process.execPath,
        [MAIN, 'report', file, '-o', `from-${file}`],
        { cwd: project.folder, env: promptfooEnvironment(join(project.folder, '.promptfoo')) },
        (error, stdout, stderr) =>
          resolve({ status: Number(error?.code ?? 0), log: stdout + stderr }),
      );
    });
    expect(status, log).toBe(0);
    expect((await report(`from-${file}`)).generated).toEqual((await report()).generated);
    const html = await readFile(join(project.folder, `from-${file}`, 'report.html'), 'utf8');
    expect(html.match(/<img src="data:image\/\w+;base64,/g)).toHaveLength(6 * 3 * 2);
  });

  it(
    'have the scores that the provider gives the same files, to the bit',
    async () => {
      const quality = new Map(
        (run.output?.results.results ?? []).map(({ vars, promptIdx, namedScores }) => [
          pictureFile(NAMES[promptIdx]!, String(vars.subject)),
          namedScores.quality,
        ]),
      );
      const files = [...quality].flatMap(([file, score]) => (score === undefined ? [] : [file]));
      expect(files).toHaveLength(3 * SUBJECTS.length - 2);
      await project.write(
        'provider.yaml',
        stringify({
          providers: [
            {
              ...{ id: checkout('providers/debiased.ts'), label: 'judge' },
              config: { judge: 'statistical', preview: 'none' },
            },
          ],
          prompts: [{ id: checkout('prompts/qdebias.yaml'), label: 'qdebias' }],
          tests: files.map((image) => ({ vars: { image, mos: 1 } })),
          defaultTest: {
            assert: [{ type: 'javascript', value: checkout('assertions/debiased-score.ts') }],
          },
        }),
      );
      const rated = await project.evaluate('-c', 'provider.yaml');
      expect(rated.exitCode, rated.log).toBe(0);
      for (const { vars, namedScores } of rated.output?.results.results ?? []) {
        expect(namedScores.score).toBe(quality.get(String(vars.image)));
      }
    },
    FIVE_MINUTES_MS,
  );
});
