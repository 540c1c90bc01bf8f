import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type OpenaiServer, startOpenaiServer } from '../servers/openai.ts';
import {
  createProject,
  type Project,
  projectConfig,
  type ResultRow,
  type Run,
  writeDataset,
} from './promptfoo.ts';

const TEN_MINUTES_MS = 600_000;
const IMAGES = 4;
const QUESTIONS = 8;

let server: OpenaiServer;
let project: Project;
/** While set, the server fails every request about the first image that it got. */
let isFailing = false;

beforeEach(async () => {
  isFailing = false;
  server = await startOpenaiServer({ fault: () => (isFailing ? 'image too large' : undefined) });
});
afterEach(async () => {
  await server.close();
  await project.remove();
});

async function projectOf(provider: object = {}, judgeOptions: object = {}): Promise<void> {
  project = await createProject(config(provider, judgeOptions));
  await writeDataset(project, 'photographs', IMAGES);
}

const config = (provider: object, judgeOptions: object) =>
  projectConfig({
    datasets: ['photographs'],
    provider: {
      judge: 'openai:test',
      judgeOptions: { baseUrl: server.baseUrl, maxRetries: 0, ...judgeOptions },
      preview: 'none',
      ...provider,
    },
    prompts: ['qdebias'],
  });

/** Requests of one run. */
async function asked(...args: string[]): Promise<{ run: Run; requests: number }> {
  server.requests.length = 0;
  const run = await project.evaluate(...args);
  return { run, requests: server.requests.length };
}

const imageRows = (run: Run): ResultRow[] =>
  run.output?.results.results.filter(({ vars }) => vars.mos !== '') ?? [];

describe('promptfoo eval with an answer store', () => {
  it(
    'buys each answer once, per repetition, and anew under --no-cache',
    async () => {
      await projectOf();
      expect((await asked()).requests).toBe(IMAGES * QUESTIONS);
      const again = await asked();
      expect(again.requests).toBe(0);
      expect(again.run.exitCode).toBe(0);
      expect((await asked('--repeat', '2')).requests).toBe(IMAGES * QUESTIONS);
      expect((await asked('--no-cache')).requests).toBe(IMAGES * QUESTIONS);
      expect((await asked('--resume')).requests).toBe(0);
    },
    TEN_MINUTES_MS,
  );

  it(
    'asks with --retry-errors for what is missing only',
    async () => {
      await projectOf();
      expect((await asked('--filter-first-n', '2')).requests).toBe(2 * QUESTIONS);
      isFailing = true;
      const failed = await asked('-o', 'out.json');
      expect(failed.run.exitCode).toBe(100);
      expect(failed.requests).toBe(2 * QUESTIONS);
      isFailing = false;
      const mended = await asked('--retry-errors');
      expect(mended.requests).toBe(2 * QUESTIONS);
      expect(mended.run.exitCode).toBe(0);
    },
    TEN_MINUTES_MS,
  );

  it(
    'stops at its budget, over restarts',
    async () => {
      // The server counts 900 tokens and 1: more than estimated, and a tenth of a cent.
      const price = { inputUsdPerMillionTokens: 1.1, outputUsdPerMillionTokens: 10 };
      const budget = (questions: number) => ({
        judge: 'openai:gpt-test',
        budgetUsd: (questions + 0.5) / 1000,
      });
      await projectOf(budget(12), { price });
      const first = await asked('-o', 'out.json');
      expect(first.run.exitCode).toBe(100);
      expect(first.requests).toBe(12);
      const leftOut = imageRows(first.run).filter(({ error }) => error);
      expect(leftOut.length).toBeGreaterThanOrEqual(2);
      for (const { error } of leftOut) {
        expect(error).toMatch(/not asked, because budgetUsd 0\.0125 would be exceeded/);
      }
      expect((await asked('--retry-errors')).requests).toBe(0);
      // Another evaluation has a budget of its own, and buys what is missing.
      expect((await asked()).requests).toBe(12);
      const last = await asked();
      expect(last.requests).toBe(IMAGES * QUESTIONS - 2 * 12);
      expect(last.run.exitCode).toBe(0);
    },
    TEN_MINUTES_MS,
  );
});
