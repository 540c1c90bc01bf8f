import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import type { BatchServer } from '../servers/batches.ts';
import { startOpenaiBatchServer } from '../servers/openai-batch.ts';
import { batch, batchProject, collect, IMAGES, inStore, runCli, submit } from './batch-runs.ts';
import type { Project } from './promptfoo.ts';

const TWO_MINUTES_MS = 120_000;
let project: Project | undefined;
let server: Pick<BatchServer, 'close'> | undefined;
afterEach(async () => {
  await project?.remove();
  await server?.close();
});

it(
  'submits to the other vendors when one has no key, and says so',
  async () => {
    const openai = await startOpenaiBatchServer({ polls: 0 });
    server = openai;
    const { baseUrl } = openai;
    project = await batchProject({
      judgeOptions: { baseUrl, apiKeyEnv: 'NO_SUCH_KEY' },
      prompts: ['two-level'],
      change: ({ providers: [one], ...rest }) => ({
        ...rest,
        providers: [
          one,
          {
            ...one,
            label: 'second',
            config: { ...one?.config, judge: 'openai:gpt-4o', judgeOptions: { baseUrl } },
          },
        ],
      }),
    });
    const { exitCode, log } = await submit(project);
    expect(exitCode).toBe(1);
    expect(log).toMatch(/openai:gpt-4\.1: a batch of 3 requests was not submitted: .*NO_SUCH_KEY/);
    expect(log).toContain('submitted 3 requests to openai:gpt-4o: batch_1');
    expect(inStore(project, 'SELECT judge, state FROM batches ORDER BY judge')).toEqual([
      { judge: 'openai:gpt-4.1', state: 'sealed' },
      { judge: 'openai:gpt-4o', state: 'submitted' },
    ]);
    // Without it the run ends before its first row.
    vi.stubEnv('NO_SUCH_KEY', 'sk-of-a-test');
    const blocked = await project.evaluate('--filter-providers', 'judge');
    vi.unstubAllEnvs();
    expect(JSON.stringify(blocked.output)).toContain('batch submit');
    const cancelled = await batch(project, 'cancel');
    expect(cancelled.log).toContain('forgot a batch for openai:gpt-4.1 that was not submitted');
    expect(cancelled.log).toContain('batch_1 has ended: collect it');
    expect(cancelled.exitCode).toBe(0);
  },
  TWO_MINUTES_MS,
);

it(
  'collects, shows and cancels the others when a vendor no longer knows a batch',
  async () => {
    let isForgotten = false;
    const openai = await startOpenaiBatchServer({
      polls: 0,
      intercept: (request) =>
        isForgotten && request.includes('batch_1')
          ? { status: 404, json: { error: { message: "No batch found with id 'batch_1'." } } }
          : undefined,
    });
    server = openai;
    project = await batchProject({
      judgeOptions: { baseUrl: openai.baseUrl, maxRetries: 0 },
      prompts: ['two-level'],
    });
    await submit(project, '--filter-range', '0:1');
    await submit(project);
    isForgotten = true;

    const status = await batch(project, 'status');
    expect(status.exitCode).toBe(1);
    expect(status.log).toMatch(/batch_1 .* unknown, see below/);
    expect(status.log).toMatch(/batch_2 .* ended, to be collected/);

    const collected = await collect(project);
    expect(collected.exitCode).toBe(1);
    expect(collected.log).toMatch(/openai:gpt-4\.1, batch_1: 404 .*"batch cancel" forgets it/);
    expect(inStore(project, 'SELECT state FROM batches ORDER BY id')).toEqual([
      { state: 'submitted' },
      { state: 'collected' },
    ]);

    const cancelled = await batch(project, 'cancel');
    expect(cancelled.exitCode).toBe(0);
    expect(cancelled.log).toContain('forgot batch_1, which openai:gpt-4.1 does not know');
    await submit(project);
    expect(openai.submitted).toHaveLength(IMAGES + 1);
    await collect(project);
    await project.evaluate();
    expect(openai.directCalls()).toBe(0);
  },
  TWO_MINUTES_MS,
);

it(
  'waits through an outage of the vendor, and sends a file again whose results are gone',
  async () => {
    let outages = 0;
    const openai = await startOpenaiBatchServer({
      polls: 0,
      intercept: (request) => {
        if (request.endsWith('/content'))
          return { status: 404, json: { error: { message: 'no such file' } } };
        if (request !== 'GET /v1/batches/batch_1' || outages >= 2) return undefined;
        outages += 1;
        return { status: 503, json: { error: { message: 'overloaded' } } };
      },
    });
    server = openai;
    project = await batchProject({
      judgeOptions: { baseUrl: openai.baseUrl, maxRetries: 0 },
      prompts: ['two-level'],
    });
    await submit(project);
    const { log, exitCode } = await collect(project);
    expect(log).toMatch(/batch_1: 503 .*overloaded.* \(asked again\)/);
    expect(exitCode).toBe(0);
    // In one line, however many there are.
    expect(log).toMatch(
      /openai:gpt-4\.1, 3 requests, of [^,]+, [^,]+, [^,]+: the batch's results are gone: 404 .*\(submit again to send them again\)/,
    );
    await submit(project);
    expect(openai.submitted).toHaveLength(2 * IMAGES);
  },
  TWO_MINUTES_MS,
);

it(
  'asks again what was cleared, within a budget for all batches of the configuration',
  async () => {
    const openai = await startOpenaiBatchServer({ polls: 0 });
    server = openai;
    // 900 tokens a request: two rounds of three requests cost 0.0027 USD.
    const price = { inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 0 };
    project = await batchProject({
      judgeOptions: { baseUrl: openai.baseUrl, price },
      more: { budgetUsd: 0.003 },
      prompts: ['two-level'],
    });
    await submit(project);
    await collect(project);
    await runCli(project, 'cache', 'clear', '--judge', 'openai:gpt-4.1');
    expect((await submit(project)).exitCode).toBe(0);
    expect(openai.submitted).toHaveLength(2 * IMAGES);
    await collect(project);
    expect(inStore(project, 'SELECT DISTINCT entry FROM batches')).toEqual([{ entry: 'judge' }]);
    const spent = inStore(project, 'SELECT sum(usd) AS usd FROM batches')[0]?.usd;
    expect(spent).toBeCloseTo((2 * IMAGES * 900) / 1e6 / 2, 9);

    await runCli(project, 'cache', 'clear');
    const third = await submit(project);
    expect(third.exitCode).toBe(1);
    expect(third.log).toMatch(/budgetUsd 0\.003 would be exceeded: about 0\.00\d+ USD are spent/);
    expect(openai.submitted.length).toBeLessThan(3 * IMAGES);

    const uncached = await submit(project, '--no-cache');
    expect(uncached.exitCode).toBe(1);
    expect(uncached.log).toContain('cannot be had without the cache');
  },
  TWO_MINUTES_MS,
);

it(
  'reads keys and the store from .env, and lets no key out',
  async () => {
    const key = 'sk-canary-1234567890';
    let isRefused = false;
    const refusal = { error: { message: `Incorrect API key provided: ${key}.` } };
    const openai = await startOpenaiBatchServer({
      polls: 0,
      fault: (index) => (index === 0 ? 'error' : undefined),
      errorMessage: refusal.error.message,
      intercept: () => (isRefused ? { status: 401, json: refusal } : undefined),
    });
    server = openai;
    project = await batchProject({
      judgeOptions: { baseUrl: openai.baseUrl, apiKeyEnv: 'LETTER_TO_THE_VENDOR' },
      prompts: ['two-level'],
    });
    await project.write('.env', `LETTER_TO_THE_VENDOR=${key}\nPROMPTFOO_IQA_STORE=./own.sqlite\n`);
    const submitted = await submit(project);
    expect(submitted.log).toContain('submitted 3 requests');
    isRefused = true;
    const logs = [
      await collect(project),
      await batch(project, 'status'),
      await batch(project, 'cancel'),
    ];
    isRefused = false;
    logs.push(await collect(project));
    const said = logs.map(({ log }) => log).join('');
    expect(said).toContain('Incorrect API key provided: [LETTER_TO_THE_VENDOR]');
    expect(said).not.toContain(key);
    const store = await readFile(join(project.folder, 'own.sqlite'));
    const log = await readFile(join(project.folder, 'own.sqlite-wal')).catch(() => Buffer.alloc(0));
    expect(Buffer.concat([store, log]).includes(key)).toBe(false);
  },
  TWO_MINUTES_MS,
);
