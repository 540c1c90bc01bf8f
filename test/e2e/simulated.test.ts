import { afterEach, describe, expect, it } from 'vitest';
import { runCli } from '../cli/run-cli.ts';
import {
  createProject,
  type Project,
  projectConfig,
  type ResultRow,
  type Run,
  writeDataset,
} from './promptfoo.ts';

const TWO_MINUTES_MS = 120_000;
const NOTICE = 'simulated, no model';
const IMAGES = 5;

let project: Project | undefined;
afterEach(() => project?.remove());

type Options = Parameters<typeof projectConfig>[0] & { label?: string };

async function projectOf({ label = 'my simulated', ...options }: Options): Promise<Project> {
  const { provider, ...rest } = options;
  const config = projectConfig({ ...rest, provider: { judge: 'simulated', ...provider } }) as {
    providers: object[];
  };
  project = await createProject({
    ...config,
    providers: config.providers.map((entry) => ({ ...entry, label })),
  });
  await writeDataset(project, 'blur', IMAGES);
  return project;
}

const rowsOf = ({ output }: Run) => output?.results.results ?? [];
const isCorrelation = ({ metadata }: ResultRow) => metadata?.iqaCorrelation !== undefined;
const reasonsOf = (row: ResultRow) =>
  (row.gradingResult as { componentResults?: { reason: string }[] } | null)?.componentResults?.map(
    ({ reason }) => reason,
  ) ?? [];

describe('judge: simulated', () => {
  it(
    'is named wherever its numbers appear, with its label and beside it',
    async () => {
      const { evaluate, folder } = await projectOf({ datasets: ['blur'] });
      const run = await evaluate();
      expect(run.exitCode, run.log).toBe(0);
      const lines = run.log
        .split('\n')
        .filter((line) => / (two-level|qdebias) .*\d\.\d{3}/.test(line));
      expect(lines.length).toBeGreaterThanOrEqual(2);
      for (const line of lines) expect(line).toContain(`my simulated (${NOTICE})`);
      for (const row of rowsOf(run)) {
        const reasons = reasonsOf(row);
        expect(reasons.length).toBeGreaterThan(0);
        for (const reason of reasons) expect(reason).toContain(NOTICE);
        if (isCorrelation(row)) continue;
        expect(row.response?.output).toMatchObject({ notice: NOTICE, source: 'computed' });
      }
      const { readFile } = await import('node:fs/promises');
      for (const file of ['report.md', 'report.json', 'leaderboard.csv']) {
        const text = await readFile(`${folder}/iqa-report/${file}`, 'utf8');
        expect(text).toContain(`my simulated (${NOTICE})`);
      }
    },
    TWO_MINUTES_MS,
  );

  it(
    'is refused a label under which it would pass for a model',
    async () => {
      const { evaluate } = await projectOf({ datasets: ['blur'], label: 'gpt-9' });
      const { exitCode, log, output } = await evaluate();
      expect(exitCode).toBe(1);
      expect(log).toContain(
        'judge simulated: the entry has the label "gpt-9", and its numbers are those of no model; give it a label with the word simulated in it, such as "simulated, no model"',
      );
      expect(output).toBeUndefined();
    },
    TWO_MINUTES_MS,
  );

  it(
    'draws samples, the same ones in every run and at any concurrency',
    async () => {
      const judgeOptions = { probabilities: 'samples', samples: 5 };
      const { evaluate } = await projectOf({
        datasets: ['blur'],
        provider: { judgeOptions },
        prompts: ['five-level', 'qdebias-five'],
      });
      const answers = (run: Run) =>
        rowsOf(run)
          .filter((row) => !isCorrelation(row))
          .map(({ vars, promptIdx, response }) => [vars.image, promptIdx, response?.output])
          .sort((a, b) => `${a}`.localeCompare(`${b}`));
      const first = await evaluate('-j', '1');
      expect(answers(first)).toHaveLength(2 * IMAGES);
      for (const [, , output] of answers(first)) {
        expect(output).toMatchObject({ source: 'samples', samples: 5, notice: NOTICE });
      }
      expect(answers(await evaluate('-j', '8'))).toEqual(answers(first));
    },
    TWO_MINUTES_MS,
  );

  it(
    'is held to a gate, whose line says what it is',
    async () => {
      const { evaluate } = await projectOf({
        datasets: ['blur'],
        prompts: ['two-level'],
        rankConfig: { metric: 'SRCC', min: 1, minImages: 5 },
      });
      const run = await evaluate();
      expect([0, 100]).toContain(run.exitCode);
      expect(run.log).toMatch(new RegExp(`${NOTICE}: SRCC `));
    },
    TWO_MINUTES_MS,
  );

  it(
    'costs what a price says, and stops at a budget with rows that say so',
    async () => {
      const price = { inputUsdPerMillionTokens: 1000, outputUsdPerMillionTokens: 0 };
      const provider = { judgeOptions: { price } };
      const free = await projectOf({ datasets: ['blur'], provider, prompts: ['qdebias'] });
      const estimate = await runCli(['estimate', '-c', 'promptfooconfig.yaml'], free.folder);
      expect(estimate.stdout).toContain(NOTICE);
      const usd = Number(/\n all +\d+ .*\$([\d.]+)/.exec(estimate.stdout)?.[1]);
      expect(usd).toBeGreaterThan(1);
      await free.remove();

      const half = await projectOf({
        datasets: ['blur'],
        provider: { ...provider, budgetUsd: usd / 2 },
        prompts: ['qdebias'],
      });
      const run = await half.evaluate();
      expect(run.exitCode).toBe(100);
      const images = rowsOf(run).filter((row) => !isCorrelation(row));
      const scored = images.filter(({ success }) => success);
      // Half of the money buys two of five.
      expect(scored).toHaveLength(2);
      for (const { error } of images.filter(({ success }) => !success)) {
        expect(error).toMatch(/budget/);
      }
      for (const row of scored) {
        const { cost } = row.response as { cost?: number };
        expect(cost).toBeCloseTo(usd / IMAGES, 1);
      }
    },
    TWO_MINUTES_MS,
  );
});
