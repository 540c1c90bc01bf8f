import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { RowOutput } from '../../src/method/row-output.ts';
import {
  createProject,
  type Project,
  projectConfig,
  type ResultRow,
  type Run,
  writeDataset,
} from './promptfoo.ts';

const TWO_MINUTES_MS = 120_000;
const COLUMNS = 2;

let project: Project | undefined;
afterEach(() => project?.remove());

async function projectOf(
  datasets: readonly string[],
  count: number,
  options: object = {},
): Promise<Project> {
  project = await createProject(projectConfig({ datasets, ...options }));
  for (const name of datasets) await writeDataset(project, name, count);
  return project;
}

const rowsOf = (run: Run): ResultRow[] => run.output?.results.results ?? [];
const isCorrelation = (row: ResultRow) => row.metadata?.iqaCorrelation !== undefined;
const imageRows = (run: Run) => rowsOf(run).filter((row) => !isCorrelation(row));
const correlationRows = (run: Run) => rowsOf(run).filter(isCorrelation);
const answerOf = (row: ResultRow) => row.response?.output as RowOutput;

/** What depends on neither time nor order: each row's answer. */
const answers = (run: Run) =>
  imageRows(run)
    .map((row) => ({ image: row.vars.image, column: row.promptIdx, output: answerOf(row) }))
    .sort((a, b) => `${a.image} ${a.column}`.localeCompare(`${b.image} ${b.column}`));

/** Header chips of each column. */
const chips = (run: Run) =>
  run.output?.results.prompts.map(({ metrics }) => metrics.namedScores) ?? [];

/** The correlation rows cover exactly the image rows of the run, and the chips show their metrics. */
function expectCorrelationsOver(run: Run, imagesByDataset: Record<string, number>): void {
  const several = Object.keys(imagesByDataset).length > 1;
  for (const [dataset, count] of Object.entries(imagesByDataset)) {
    const rows = correlationRows(run).filter((row) => row.metadata?.dataset === dataset);
    for (const row of rows) {
      const { correlation } = (row.response?.metadata ?? {}) as {
        correlation: { rows: { image: string }[] };
      };
      const scored = imageRows(run).filter(
        (other) => other.metadata?.dataset === dataset && other.promptIdx === row.promptIdx,
      );
      expect(correlation.rows.map(({ image }) => image).sort()).toEqual(
        [...new Set(scored.map((other) => other.vars.image as string))].sort(),
      );
      expect(correlation.rows).toHaveLength(count);
    }
    for (const [column, namedScores] of chips(run).entries()) {
      const publishing = rows.filter(
        (row) => row.promptIdx === column && Object.keys(row.namedScores).length > 0,
      );
      expect(publishing).toHaveLength(1);
      for (const metric of ['SRCC', 'KRCC', 'PLCC']) {
        const name = several ? `${metric} ${dataset}` : metric;
        expect(namedScores[name]).toBeCloseTo(publishing[0]!.namedScores[name]!, 12);
        expect(Math.abs(namedScores[name]!)).toBeLessThanOrEqual(1);
      }
    }
  }
}

describe('promptfoo eval with the plugin', () => {
  it(
    'scores every image, debiased beside single-image, and correlates each column',
    async () => {
      const { evaluate } = await projectOf(['blur'], 6);
      const run = await evaluate('--no-cache');
      expect(run.log).toMatch(/ 0 errors/);
      expect(run.exitCode).toBe(0);
      expect(imageRows(run)).toHaveLength(6 * COLUMNS);
      expect(correlationRows(run)).toHaveLength(COLUMNS);
      expectCorrelationsOver(run, { blur: 6 });

      const [single, debiased] = [0, 1].map(
        (column) => imageRows(run).find((row) => row.promptIdx === column) as ResultRow,
      );
      expect(answerOf(single as ResultRow)).toMatchObject({
        method: 'single-image',
        source: 'computed',
      });
      const output = answerOf(debiased as ResultRow);
      expect(output.method).toBe('debiased');
      expect(
        output.conditions.map(({ degradation, severity }) => `${degradation} ${severity}`),
      ).toEqual(['zoom_blur 3', 'spatter 3', 'saturate 3', 'fog 4']);
      expect(output.conditions.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
      expect((debiased as ResultRow).namedScores.score).toBeCloseTo(output.score, 12);
      // A perfect SRCC over so few images has no interval; the PLCC has one.
      expect(run.log).toMatch(/judge \(statistical\) +qdebias +6 +1\.000 +1\.000 +0\.\d{3} \[/);
    },
    TWO_MINUTES_MS,
  );

  it(
    'gives the same answers without a database to keep them in, where promptfoo refuses pictures',
    async () => {
      const { evaluate } = await projectOf(['blur'], 4);
      const run = await evaluate('--no-write');
      expect(run.log).toMatch(/ 0 errors/);
      expect(run.exitCode).toBe(0);
      expectCorrelationsOver(run, { blur: 4 });
      expect(answers(await evaluate())).toEqual(answers(run));
    },
    TWO_MINUTES_MS,
  );

  it(
    'gives the same answers at any concurrency',
    async () => {
      const { evaluate } = await projectOf(['blur'], 5);
      const one = await evaluate('-j', '1');
      const many = await evaluate('-j', '32');
      expect(answers(one)).toHaveLength(5 * COLUMNS);
      expect(answers(many)).toEqual(answers(one));
      expect(chips(many).map(({ SRCC }) => SRCC)).toEqual(chips(one).map(({ SRCC }) => SRCC));
      expectCorrelationsOver(many, { blur: 5 });
      expectCorrelationsOver(one, { blur: 5 });
    },
    TWO_MINUTES_MS,
  );

  it.each([
    [
      '--filter-pattern and --filter-sample',
      ['--filter-pattern', '[0-5]\\.png', '--filter-sample', '4'],
      4,
    ],
    ['--filter-range and --filter-first-n', ['--filter-range', '2:6', '--filter-first-n', '3'], 3],
  ])(
    'correlates exactly the rows that %s leaves',
    async (_, args, count) => {
      const { evaluate } = await projectOf(['blur'], 7);
      const run = await evaluate(...args);
      expect(run.exitCode).toBe(0);
      expect(imageRows(run)).toHaveLength(count * COLUMNS);
      expectCorrelationsOver(run, { blur: count });
    },
    TWO_MINUTES_MS,
  );

  it(
    'publishes a correlation once under --repeat',
    async () => {
      const { evaluate } = await projectOf(['blur'], 4);
      const run = await evaluate('--repeat', '2');
      expect(imageRows(run)).toHaveLength(4 * COLUMNS * 2);
      expect(correlationRows(run)).toHaveLength(COLUMNS * 2);
      expectCorrelationsOver(run, { blur: 4 });
    },
    TWO_MINUTES_MS,
  );

  it(
    'correlates two data sets separately',
    async () => {
      const { evaluate } = await projectOf(['first', 'second'], 4);
      const run = await evaluate('-j', '32');
      expect(run.exitCode).toBe(0);
      expectCorrelationsOver(run, { first: 4, second: 4 });
      expect(Object.keys(chips(run)[0] ?? {})).not.toContain('SRCC');
    },
    TWO_MINUTES_MS,
  );

  it(
    'reports no correlation over fewer images, and --retry-errors repairs it',
    async () => {
      const { evaluate, folder, write } = await projectOf(['blur'], 6);
      const { readFile } = await import('node:fs/promises');
      const image = join(folder, 'blur/images/2.png');
      const bytes = await readFile(image);
      await rm(image);
      await write('blur/images/3.png', bytes.subarray(0, bytes.length / 2));

      const broken = await evaluate('-o', 'out.json');
      expect(broken.exitCode).toBe(100);
      expect(broken.output?.results.stats.errors).toBe((2 + 1) * COLUMNS);
      expect(imageRows(broken).filter((row) => row.success)).toHaveLength(4 * COLUMNS);
      for (const row of correlationRows(broken)) {
        expect(row.error).toMatch(/^blur: no correlation, because 2 of 6 images have no score: /);
        expect(row.error).toMatch(/2\.png .*no such file/);
        expect(row.error).toMatch(/3\.png .*truncated/);
        expect(row.namedScores).toEqual({});
      }
      const missing = imageRows(broken).find((row) => String(row.vars.image).endsWith('2.png'));
      expect(missing?.error).toBe(
        'blur/scores.csv, line 4: no such file blur/images/2.png; add it, correct the path or remove the line',
      );
      expect(broken.log).toContain('blur/scores.csv: 1 of 6 images is not in ');

      await write('blur/images/2.png', bytes);
      await write('blur/images/3.png', bytes);
      const mended = await evaluate('--retry-errors');
      expect(mended.log).not.toMatch(/no correlation/);
      expect(mended.exitCode).toBe(0);
      expect(mended.output?.results.stats.errors).toBe(0);
      expectCorrelationsOver(mended, { blur: 6 });
    },
    TWO_MINUTES_MS,
  );

  it(
    'keeps to the filtered rows when a run goes on with --retry-errors',
    async () => {
      const { evaluate, folder, write } = await projectOf(['blur'], 6, {
        // One column needs the image twice its size, so only that column's rows fail at first.
        prompts: ['two-level'],
      });
      const { readFile } = await import('node:fs/promises');
      const bytes = await readFile(join(folder, 'blur/images/1.png'));
      await rm(join(folder, 'blur/images/1.png'));
      const broken = await evaluate('-o', 'out.json', '--filter-first-n', '4');
      expect(broken.exitCode).toBe(100);
      await write('blur/images/1.png', bytes);
      const mended = await evaluate('--retry-errors');
      expect(mended.exitCode).toBe(0);
      expect(imageRows(mended)).toHaveLength(4);
      expectCorrelationsOver(mended, { blur: 4 });
    },
    TWO_MINUTES_MS,
  );

  it(
    'does nothing twice when a finished run is resumed',
    async () => {
      const { evaluate } = await projectOf(['blur'], 5);
      await evaluate('--filter-first-n', '4');
      const resumed = await evaluate('--resume');
      expect(resumed.exitCode).toBe(0);
      expect(imageRows(resumed)).toHaveLength(4 * COLUMNS);
      expectCorrelationsOver(resumed, { blur: 4 });
    },
    TWO_MINUTES_MS,
  );

  it(
    'fails a gate with exit code 100 and says by how much',
    async () => {
      project = await createProject(
        projectConfig({
          datasets: ['blur', 'inverted'],
          rankConfig: { metric: 'KRCC', min: 0.9, minImages: 5 },
          prompts: ['two-level'],
        }),
      );
      await writeDataset(project, 'blur', 5);
      await writeDataset(project, 'inverted', 5, (index) => index);
      const run = await project.evaluate();
      expect(run.exitCode).toBe(100);
      const [reached, missed] = correlationRows(run);
      expect(reached?.success).toBe(true);
      expect(missed?.success).toBe(false);
      expect(missed?.gradingResult?.reason).toMatch(
        /^inverted: KRCC -\d\.\d\d(?: \[-1\.00, -?\d\.\d\d\])? on 5 images, below 0\.9/,
      );
    },
    TWO_MINUTES_MS,
  );

  it(
    'says why there is no correlation over two images',
    async () => {
      const { evaluate } = await projectOf(['blur'], 2, { prompts: ['two-level'] });
      const run = await evaluate();
      expect(run.exitCode).toBe(100);
      expect(correlationRows(run)[0]?.gradingResult?.reason).toMatch(/2/);
      expect(chips(run)[0]).not.toHaveProperty('SRCC');
    },
    TWO_MINUTES_MS,
  );
});
