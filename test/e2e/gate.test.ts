import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import {
  createProject,
  type Project,
  projectConfig,
  type ResultRow,
  type Run,
  runPromptfoo,
  writeDataset,
} from './promptfoo.ts';

const FIVE_MINUTES_MS = 300_000;
const IMAGES = 12;

/** So few pixels that little blur cannot be told: the worse model of these tests. */
const POOR = { image: { maxPixels: 1500 } };

let project: Project | undefined;
afterEach(() => project?.remove());

interface Setting {
  datasets?: readonly string[];
  provider?: object;
  prompts?: readonly string[];
  rankConfig?: object;
}

/** The configuration of a run: the first writes the baseline, further ones are held against it. */
const configOf = ({ datasets = ['blur'], prompts = ['two-level'], ...rest }: Setting = {}) =>
  projectConfig({ datasets, prompts, ...rest });

async function startProject(setting: Setting = {}): Promise<Project> {
  project = await createProject(configOf(setting));
  for (const name of setting.datasets ?? ['blur']) await writeDataset(project, name, IMAGES);
  return project;
}

const correlationRows = (run: Run): ResultRow[] =>
  (run.output?.results.results ?? []).filter((row) => row.metadata?.iqaCorrelation !== undefined);

/** Reasons of a passing row stand with its assertions; promptfoo words the row's own. */
const reasonsOf = (run: Run): string[] =>
  correlationRows(run).map(
    ({ gradingResult }) =>
      (gradingResult as { componentResults?: { reason: string }[] } | undefined)
        ?.componentResults?.[0]?.reason ?? '',
  );

async function runAgain(setting: Setting, ...args: string[]): Promise<Run> {
  if (!project) throw new Error('there is no project');
  await project.write('promptfooconfig.yaml', stringify(configOf(setting)));
  return project.evaluate(...args);
}

const baseline = { file: 'baseline.json' };

describe('a gate against a baseline', () => {
  it(
    'passes the same model, fails a worse one with exit code 100 and a failed case in JUnit',
    async () => {
      const { evaluate, folder } = await startProject();
      expect((await evaluate('-o', 'baseline.json')).exitCode).toBe(0);

      const same = await runAgain({ rankConfig: { baseline, margin: 0.02 } });
      expect(same.exitCode).toBe(0);
      expect(reasonsOf(same)).toEqual([
        expect.stringMatching(
          /^SRCC 1\.00 on 12 images; baseline 1\.00; difference 0\.00 \[0\.00, 0\.00\] does not reach below the allowed -0\.02\. .*12 images are few/,
        ),
      ]);

      const rankConfig = { min: 0.99, minImages: IMAGES, confidence: 0.95, baseline, margin: 0.01 };
      const worse = await runAgain(
        { provider: POOR, rankConfig },
        '-o',
        'out.json',
        '-o',
        'results.junit.xml',
      );
      expect(worse.exitCode).toBe(100);
      const [row] = correlationRows(worse);
      expect(row?.success).toBe(false);
      expect(row?.gradingResult?.reason).toMatch(
        /^SRCC 0\.\d\d \[(-?0\.\d\d), 1\.00\] on 12 images; its lower end \1 is below 0\.99; baseline 1\.00; difference -0\.\d\d \[-0\.\d\d, 0\.\d\d\] reaches below the allowed -0\.01\. 12 images are few/,
      );
      expect(worse.output?.results.prompts[0]?.metrics.namedScores).toHaveProperty('SRCC');
      expect(worse.output?.results.stats).toMatchObject({ failures: 1, errors: 0 });
      const junit = await readFile(join(folder, 'results.junit.xml'), 'utf8');
      expect(junit.match(/<failure/g)).toHaveLength(1);
      expect(junit).toMatch(/correlation: blur[^<]*<\/?[\s\S]*reaches below the allowed -0\.01/);
    },
    FIVE_MINUTES_MS,
  );

  it(
    'says what is not comparable: filters, MOS, degradations',
    async () => {
      const { evaluate, folder, write } = await startProject({ prompts: ['qdebias'] });
      await evaluate('-o', 'baseline.json');
      const gated = { prompts: ['qdebias'], rankConfig: { baseline } };

      const filtered = await runAgain(gated, '--filter-first-n', '9');
      expect(filtered.exitCode).toBe(100);
      expect(reasonsOf(filtered)[0]).toMatch(
        /not comparable with baseline baseline\.json \(judge, qdebias\): 3 images only in the baseline \(.*9\.png, .*10\.png, .*11\.png\)/,
      );
      expect((await runAgain(gated, '--filter-pattern', '')).exitCode).toBe(0);

      const other = await runAgain({ ...gated, provider: { seed: 7 } });
      expect(other.exitCode).toBe(100);
      expect(reasonsOf(other)[0]).toMatch(/seed of the degradations: 0 in the baseline, 7 here/);

      const scores = await readFile(join(folder, 'blur/scores.csv'), 'utf8');
      await write('blur/scores.csv', scores.replace('images/2.png,86', 'images/2.png,85'));
      const rescored = await runAgain(gated);
      expect(rescored.exitCode).toBe(100);
      expect(reasonsOf(rescored)[0]).toMatch(
        /1 image with another MOS \(.*2\.png: 86 there, 85 here\)/,
      );
    },
    FIVE_MINUTES_MS,
  );

  it(
    'takes the column of the same prompt and each data set by itself, under --repeat too',
    async () => {
      const setting = { datasets: ['first', 'second'], prompts: ['two-level', 'five-level'] };
      const { evaluate } = await startProject(setting);
      await evaluate('-o', 'baseline.json', '--repeat', '2');
      const run = await runAgain({ ...setting, rankConfig: { baseline } }, '--repeat', '2');
      expect(run.exitCode).toBe(0);
      expect(correlationRows(run)).toHaveLength(2 * 2 * 2);
      for (const dataset of setting.datasets) {
        expect(
          reasonsOf(run).filter((reason) =>
            reason.match(`^${dataset}: SRCC .* difference 0\\.00 \\[0\\.00, 0\\.00\\]`),
          ),
        ).toHaveLength(2 * 2);
      }
    },
    FIVE_MINUTES_MS,
  );

  it(
    'is judged again by --retry-errors when a row is mended',
    async () => {
      const { evaluate, folder, write } = await startProject();
      await evaluate('-o', 'baseline.json');
      const image = join(folder, 'blur/images/3.png');
      const bytes = await readFile(image);
      await rm(image);
      const broken = await runAgain({ rankConfig: { baseline } }, '-o', 'out.json');
      expect(broken.exitCode).toBe(100);
      expect(correlationRows(broken)[0]?.error).toMatch(/^blur: no correlation, because 1 of 12/);
      await write('blur/images/3.png', bytes);
      const mended = await evaluate('--retry-errors');
      expect(mended.exitCode).toBe(0);
      expect(reasonsOf(mended).at(-1)).toMatch(/on 12 images; baseline .* difference 0\.00/);
    },
    FIVE_MINUTES_MS,
  );
});

describe('minCoverage', () => {
  it(
    'lets the correlation stand over the scored rows, and names the others',
    async () => {
      const { folder } = await startProject();
      await rm(join(folder, 'blur/images/3.png'));
      const covered = await runAgain({ rankConfig: { min: 0.5, minImages: 11, minCoverage: 0.9 } });
      const [row] = correlationRows(covered);
      expect(row?.success).toBe(true);
      expect(row?.response?.output).toMatch(
        /^blur: 11 of 12 images scored; left out: .*3\.png \(.*no such file/,
      );
      expect(reasonsOf(covered)[0]).toMatch(
        /^SRCC 1\.00 on 11 images, at least 0\.5\. 1 of 12 images have no score and are left out: .*3\.png/,
      );
      // The row in error itself still ends the run with promptfoo's exit code for it.
      expect(covered.output?.results.stats).toMatchObject({ failures: 0, errors: 1 });
      expect(covered.exitCode).toBe(100);

      const below = await runAgain({ rankConfig: { min: 0.5, minCoverage: 0.95 } });
      expect(correlationRows(below)[0]?.error).toMatch(
        /^blur: no correlation, because 1 of 12 images have no score, more than minCoverage 0\.95 allows: /,
      );
    },
    FIVE_MINUTES_MS,
  );
});

describe('groups', () => {
  it(
    'are resampled whole',
    async () => {
      const { evaluate, write } = await startProject();
      const config = configOf({ rankConfig: { min: 0.5, minImages: 6 } }) as {
        tests: { path: string; config: object }[];
      };
      const [tests] = config.tests;
      const rows = Array.from(
        { length: IMAGES },
        (_, i) => `images/${i}.png,${100 - i * 7},reference ${i % 6}`,
      );
      await write('blur/grouped.csv', ['file,score,reference', ...rows, ''].join('\n'));
      const grouped = {
        ...config,
        tests: [
          {
            ...tests,
            config: { ...tests?.config, file: 'blur/grouped.csv', group: 'reference' },
          },
        ],
      };
      await write('promptfooconfig.yaml', stringify(grouped));
      const run = await evaluate();
      expect(run.exitCode).toBe(0);
      expect(reasonsOf(run)[0]).toMatch(/on 12 images in 6 groups, at least 0\.5/);
    },
    FIVE_MINUTES_MS,
  );
});

describe('configs/gate.yaml', () => {
  it(
    'fails without a baseline and writes it, then passes the same model',
    async () => {
      const { folder } = await startProject();
      const config = fileURLToPath(new URL('../../configs/gate.yaml', import.meta.url));
      const run = (output: string) =>
        runPromptfoo(
          [
            'eval',
            '-c',
            config,
            '--no-table',
            '--no-progress-bar',
            '--filter-pattern',
            'pristine|gaussian_blur',
            '-o',
            output,
          ],
          { folder, configDirectory: join(folder, '.promptfoo') },
        );
      const first = await run('baseline.json');
      expect(first.exitCode).toBe(100);
      expect(first.log).toMatch(/no comparison: baseline baseline\.json: no such file/);
      const second = await run('candidate.json');
      expect(second.log).toMatch(/ 0 failed/);
      expect(second.exitCode).toBe(0);
    },
    FIVE_MINUTES_MS,
  );
});
