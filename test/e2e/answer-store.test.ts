import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import {
  type OpenaiServer,
  type OpenaiServerOptions,
  startOpenaiServer,
} from '../servers/openai.ts';
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
/** What goes wrong with each request. */
let fault: NonNullable<OpenaiServerOptions['fault']>;
const NONE = () => undefined;

beforeEach(async () => {
  fault = NONE;
  server = await startOpenaiServer({ fault: (...request) => fault(...request) });
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

/** What the report says of calls and cost. */
async function reported(): Promise<object> {
  const text = await readFile(join(project.folder, 'iqa-report/report.json'), 'utf8');
  const { calls, cost } = JSON.parse(text).datasets[0].entries[0];
  return { calls, cost };
}

/** Pictures and plots in the store. */
function pictures(): unknown[] {
  const database = new DatabaseSync(join(project.folder, '.promptfoo/iqa/answers.sqlite'));
  try {
    return database.prepare('SELECT mime_type, hex(key) AS key FROM pictures').all();
  } finally {
    database.close();
  }
}

const imageRows = (run: Run): ResultRow[] =>
  run.output?.results.results.filter(({ vars }) => vars.mos !== '') ?? [];

describe('promptfoo eval with an answer store', () => {
  it(
    'buys each answer and draws each plot once, per repetition, and anew under --no-cache',
    async () => {
      await projectOf();
      expect((await asked()).requests).toBe(IMAGES * QUESTIONS);
      const drawn = pictures();
      expect(drawn).toContainEqual(expect.objectContaining({ mime_type: 'image/svg+xml' }));
      expect(drawn).toContainEqual(expect.objectContaining({ mime_type: 'image/png' }));
      const again = await asked();
      expect(pictures()).toEqual(drawn);
      expect(again.requests).toBe(0);
      expect(again.run.exitCode).toBe(0);
      expect((await asked('--repeat', '2')).requests).toBe(IMAGES * QUESTIONS);
      expect((await asked('--no-cache')).requests).toBe(IMAGES * QUESTIONS);
      expect((await asked('--resume')).requests).toBe(0);
    },
    TEN_MINUTES_MS,
  );

  it(
    'says of a gate that every answer was reused and of when they are, and asks anew under cache: false, with --no-write too',
    async () => {
      await projectOf();
      const withGate = (extra: object) =>
        project.write(
          'promptfooconfig.yaml',
          stringify({
            ...projectConfig({
              datasets: ['photographs'],
              provider: {
                judge: 'openai:test',
                judgeOptions: { baseUrl: server.baseUrl },
                preview: 'none',
              },
              prompts: ['qdebias'],
              rankConfig: { min: -1, minImages: IMAGES },
            }),
            ...extra,
          }),
        );
      const today = new Date().toISOString().slice(0, 'yyyy-mm-dd'.length);
      const reused = new RegExp(
        `^gate: SRCC .* on ${IMAGES} images, at least -1: passed\\..* every answer was reused: they were bought (on|from) .*${today}$`,
        'm',
      );
      await withGate({});
      const first = await asked();
      expect(first.requests).toBe(IMAGES * QUESTIONS);
      expect(first.run.log).toMatch(/^gate: SRCC .* at least -1: passed/m);
      expect(first.run.log).not.toMatch(/reused/);
      const second = await asked('--no-write');
      expect(second.requests).toBe(0);
      expect(second.run.log).toMatch(reused);
      for (const setting of ['evaluateOptions', 'commandLineOptions']) {
        await withGate({ [setting]: { cache: false } });
        const anew = await asked('--no-write');
        expect(anew.requests).toBe(IMAGES * QUESTIONS);
        expect(anew.run.log).not.toMatch(/reused/);
      }
    },
    TEN_MINUTES_MS,
  );

  it(
    'asks with --retry-errors for what is missing only',
    async () => {
      await projectOf();
      expect((await asked('--filter-first-n', '2')).requests).toBe(2 * QUESTIONS);
      fault = () => 'image too large';
      const failed = await asked('-o', 'out.json');
      expect(failed.run.exitCode).toBe(100);
      expect(failed.requests).toBe(2 * QUESTIONS);
      fault = NONE;
      const mended = await asked('--retry-errors');
      expect(mended.requests).toBe(2 * QUESTIONS);
      expect(mended.run.exitCode).toBe(0);
    },
    TEN_MINUTES_MS,
  );

  it(
    'says what was paid, for rows in error too, and after they were asked again',
    async () => {
      const price = { inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 1 };
      await projectOf({}, { price });
      // The server counts 900 tokens and 1, of a refusal as well.
      const replyUsd = 901e-6;
      let number = 0;
      fault = () => (++number === 3 ? 'refusal' : undefined);
      const failed = await asked('-o', 'out.json');
      expect(failed.run.exitCode).toBe(100);
      const [row, ...others] = imageRows(failed.run).filter(({ error }) => error);
      expect(others).toEqual([]);
      const { metadata } = row?.response ?? {};
      expect(metadata?.answers).toHaveLength(QUESTIONS - 1);
      expect(metadata?.cost).toEqual({
        costUsd: expect.closeTo(QUESTIONS * replyUsd, 9),
        paidUsd: expect.closeTo(QUESTIONS * replyUsd, 9),
        asked: QUESTIONS - 1,
        reused: 0,
        unusable: { replies: 1, costUsd: expect.closeTo(replyUsd, 9) },
      });
      const all = IMAGES * QUESTIONS;
      expect(await reported()).toEqual({
        calls: { bought: all - 1, reused: 0, unusable: 1 },
        cost: {
          usd: expect.closeTo(all * replyUsd, 9),
          paidUsd: expect.closeTo(all * replyUsd, 9),
          unpriced: 0,
          failedRows: { usd: expect.closeTo(QUESTIONS * replyUsd, 9), unpriced: 0 },
        },
      });

      expect((await asked('--retry-errors')).requests).toBe(1);
      expect(await reported()).toEqual({
        calls: { bought: all, reused: 0, unusable: 1 },
        cost: {
          usd: expect.closeTo((all + 1) * replyUsd, 9),
          paidUsd: expect.closeTo((all + 1) * replyUsd, 9),
          unpriced: 0,
          failedRows: { usd: 0, unpriced: 0 },
        },
      });
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
      // One image, and not half of the next.
      expect(first.requests).toBe(8);
      const leftOut = imageRows(first.run).filter(({ error }) => error);
      expect(leftOut.length).toBeGreaterThanOrEqual(2);
      for (const { error } of leftOut) {
        expect(error).toMatch(/not asked, because budgetUsd 0\.0125 would be exceeded/);
      }
      expect((await asked('--retry-errors')).requests).toBe(0);
      // Another evaluation has a budget of its own, and buys what is missing.
      const second = await asked();
      expect(second.requests).toBe(8);
      expect(imageRows(second.run).filter(({ error }) => !error)).toHaveLength(2);
    },
    TEN_MINUTES_MS,
  );
});
