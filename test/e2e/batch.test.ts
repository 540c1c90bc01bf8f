import { afterEach, describe, expect, it } from 'vitest';
import { startAnthropicBatchServer } from '../servers/anthropic-batch.ts';
import type { BatchFault, BatchServer } from '../servers/batches.ts';
import { startGoogleBatchServer } from '../servers/google-batch.ts';
import { startOpenaiBatchServer } from '../servers/openai-batch.ts';
import { truth } from '../servers/truth.ts';
import {
  batch,
  batchProject,
  bodiesOf,
  collect,
  IMAGES,
  QUESTIONS,
  runCli,
  startCli,
  startSubmit,
  submit,
} from './batch-runs.ts';
import { createProject, type Project, projectConfig, type Run, writeDataset } from './promptfoo.ts';

const TWO_MINUTES_MS = 120_000;

let project: Project | undefined;
let server: Pick<BatchServer, 'close'> | undefined;
afterEach(async () => {
  await project?.remove();
  await server?.close();
});

async function projectFor(
  judge: string,
  baseUrl: string,
  judgeOptions: object = {},
  more: object = {},
) {
  project = await batchProject({ judge, judgeOptions: { baseUrl, ...judgeOptions }, more });
  return project;
}

const scoresOf = (run: Run) =>
  run.output?.results.results
    .filter((row) => row.metadata?.iqaCorrelation === undefined)
    .map((row) => [row.vars.image, row.promptIdx, row.namedScores.score])
    .sort((a, b) => String(a).localeCompare(String(b)));

describe('iqa batch with the openai judge', () => {
  it(
    'keeps to its budget however often it is called, and an estimate knows what it brought',
    async () => {
      const openai = await startOpenaiBatchServer({ polls: 0 });
      server = openai;
      const price = { inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 0 };
      const cost = { judgeOptions: { baseUrl: openai.baseUrl, price }, budgetUsd: 0.002 };
      const of = await projectFor('openai:gpt-4.1', openai.baseUrl, {}, cost);
      const first = await submit(of);
      expect(first.log).toContain('budgetUsd 0.002 would be exceeded');
      const within = openai.submitted.length;
      expect(within).toBeGreaterThan(0);
      expect(within).toBeLessThan(QUESTIONS);
      expect((await submit(of)).log).toContain('budgetUsd 0.002 would be exceeded');
      expect(openai.submitted).toHaveLength(within);

      const estimate = async () => (await runCli(of, 'estimate', '-c', 'promptfooconfig.yaml')).log;
      expect(await estimate()).toMatch(new RegExp(`all +${QUESTIONS} +0 `));
      await collect(of);
      expect(await estimate()).toMatch(new RegExp(`all +${QUESTIONS - within} +${within} `));
    },
    TWO_MINUTES_MS,
  );

  it(
    'buys every answer in a batch, and promptfoo eval scores as if it had asked itself',
    async () => {
      const openai = await startOpenaiBatchServer({ polls: 1 });
      server = openai;
      const of = await projectFor('openai:gpt-4.1', openai.baseUrl, {
        price: { inputUsdPerMillionTokens: 2, outputUsdPerMillionTokens: 8 },
      });
      const submitted = await submit(of);
      expect(submitted.log).toContain('submitted 27 requests to openai:gpt-4.1: batch_1');
      expect(submitted.exitCode).toBe(0);
      expect(openai.submitted).toHaveLength(QUESTIONS);

      // It may be called again: what waits is not submitted twice.
      expect((await submit(of)).exitCode).toBe(0);
      expect(openai.submitted).toHaveLength(QUESTIONS);

      // Nor does an evaluation buy what a batch will bring.
      const early = await of.evaluate();
      expect(early.exitCode).toBe(100);
      expect(early.log + JSON.stringify(early.output)).toContain('asking now would buy it twice');
      expect(openai.directCalls()).toBe(0);

      const status = await batch(of, 'status');
      expect(status.log).toMatch(/batch_1 +openai:gpt-4\.1 +\S+.* 27 /);
      const collected = await collect(of);
      expect(collected.log).toMatch(/submitted 27, done 27, failed 0, after \d+\.\d min/);

      const run = await of.evaluate();
      expect(run.exitCode).toBe(0);
      expect(openai.directCalls()).toBe(0);
      const answers = run.output?.results.results.flatMap(
        (row) =>
          (row.metadata?.answers ?? []) as {
            costUsd: number;
            reused: boolean;
            latencyMs?: number;
          }[],
      );
      expect(answers).toHaveLength(QUESTIONS);
      // 900 tokens in and 1 out, at half the price.
      for (const { costUsd, reused, latencyMs } of answers ?? []) {
        expect(costUsd).toBeCloseTo((900 * 2 + 8) / 1e6 / 2, 12);
        expect(reused).toBe(true);
        // A batch engine answers when it likes: that is no response time.
        expect(latencyMs).toBeUndefined();
      }

      const direct = await of.evaluate('--no-cache');
      expect(openai.directCalls()).toBe(QUESTIONS);
      expect(scoresOf(run)).toEqual(scoresOf(direct));
    },
    TWO_MINUTES_MS,
  );

  it(
    'reports what failed for good, and sends again what was not answered',
    async () => {
      const faults: Record<number, BatchFault> = {
        2: 'expired',
        5: 'missing',
        7: 'overloaded',
        11: 'error',
      };
      const openai = await startOpenaiBatchServer({ polls: 0, fault: (index) => faults[index] });
      server = openai;
      const of = await projectFor('openai:gpt-4.1', openai.baseUrl);
      await submit(of);
      const first = await collect(of);
      expect(first.log).toMatch(/submitted 27, done 23, failed 4/);
      expect(first.log).toMatch(/\.png, token probabilities: status 400: image is too large\n/);
      expect(first.log).toMatch(/could not be executed\. \(submit again to send it again\)/);
      expect(first.log).toMatch(/results do not mention it \(submit again/);

      const again = await submit(of);
      expect(again.log).toMatch(/failed earlier, not sent again: .*image is too large/);
      expect(openai.submitted).toHaveLength(QUESTIONS + 3);
      await collect(of);
      const run = await of.evaluate();
      expect(run.exitCode).toBe(0);
      expect(openai.directCalls()).toBe(1);
    },
    TWO_MINUTES_MS,
  );

  it(
    'finds a batch whose submission got no reply, and says when a batch is refused',
    async () => {
      const openai = await startOpenaiBatchServer({
        polls: 0,
        loseReply: (number) => number === 0,
        refuse: (number) =>
          number === 0 ? { code: 'token_limit_exceeded', message: 'too many tokens' } : undefined,
      });
      server = openai;
      const of = await projectFor('openai:gpt-4.1', openai.baseUrl);
      expect((await submit(of)).log).toContain('batch_1');
      expect(openai.batches.size).toBe(1);
      expect((await collect(of)).log).toContain('the batch was refused: too many tokens');
      await submit(of);
      await collect(of);
      await of.evaluate();
      expect(openai.directCalls()).toBe(0);
    },
    TWO_MINUTES_MS,
  );

  it(
    'submits nothing twice when it is killed, to a vendor that takes less at once than it writes',
    async () => {
      const openai = await startOpenaiBatchServer({ polls: 0, largest: { requests: 5 } });
      server = openai;
      const of = await projectFor('openai:gpt-4.1', openai.baseUrl);
      for (const milliseconds of [1_500, 3_000, 4_000]) {
        const child = startSubmit(of);
        await new Promise((done) => setTimeout(done, milliseconds));
        child.kill('SIGKILL');
      }
      await submit(of);
      expect(new Set(bodiesOf(openai)).size).toBe(QUESTIONS);
      expect(openai.submitted).toHaveLength(QUESTIONS);
      const collecting = startCli(of, 'batch', 'collect');
      await new Promise((done) => setTimeout(done, 700));
      collecting.kill('SIGKILL');
      await collect(of);
      await of.evaluate();
      expect(openai.directCalls()).toBe(0);
    },
    TWO_MINUTES_MS,
  );

  it(
    'cancels, and asks what was not answered then',
    async () => {
      const openai = await startOpenaiBatchServer({ polls: 1000 });
      server = openai;
      const of = await projectFor('openai:gpt-4.1', openai.baseUrl);
      await submit(of);
      expect((await batch(of, 'collect', '--no-wait')).log).toContain('1 batch has not ended');
      expect((await batch(of, 'cancel')).log).toContain('asked openai:gpt-4.1 to stop batch_1');
      expect((await collect(of)).log).toMatch(/done 0, failed 27/);
      expect((await collect(of)).log).toContain('No batch is under way');
      await submit(of);
      expect(openai.submitted).toHaveLength(2 * QUESTIONS);
    },
    TWO_MINUTES_MS,
  );
});

describe('iqa batch with the anthropic judge', () => {
  it(
    'uploads every image once and buys every sample in a batch',
    async () => {
      const samples = 2;
      const anthropic = await startAnthropicBatchServer({ polls: 0 });
      server = anthropic;
      const of = await projectFor('anthropic:claude-opus-4-6', anthropic.url, { samples });
      const submitted = await submit(of);
      expect(submitted.exitCode).toBe(0);
      expect(anthropic.submitted).toHaveLength(QUESTIONS * samples);
      expect(anthropic.uploads.size).toBe(IMAGES * (1 + 4));
      await collect(of);
      const run = await of.evaluate();
      expect(run.exitCode).toBe(0);
      expect(anthropic.directCalls()).toBe(0);
      const [answer] = (run.output?.results.results[0]?.metadata?.answers ?? []) as {
        samples: number;
      }[];
      expect(answer?.samples).toBe(samples);
    },
    TWO_MINUTES_MS,
  );

  it(
    'finds a batch whose submission got no reply',
    async () => {
      const anthropic = await startAnthropicBatchServer({ polls: 0, loseReply: () => true });
      server = anthropic;
      const of = await projectFor('anthropic:claude-opus-4-6', anthropic.url, { samples: 1 });
      await submit(of);
      expect(anthropic.batches.size).toBe(1);
      await collect(of);
      await of.evaluate();
      expect(anthropic.directCalls()).toBe(0);
    },
    TWO_MINUTES_MS,
  );
});

describe('iqa batch with the google judge', () => {
  it(
    'uploads every image once, asks for all samples of a question in one request, and eval asks nothing more',
    async () => {
      const samples = 3;
      let replies = 0;
      const asked: string[] = [];
      const google = await startGoogleBatchServer({
        polls: 0,
        intercept(request) {
          asked.push(request);
          return undefined;
        },
        answer(body) {
          replies += 1;
          const { candidateCount, responseSchema } = body.generationConfig as {
            candidateCount: number;
            responseSchema: { properties: { answer: { enum: string[] } } };
          };
          const choices = responseSchema.properties.answer.enum;
          const uris = JSON.stringify(body).match(/https:[^"]+\/files\/\w+/g) ?? [];
          const query = google.uploads.get(uris.at(-1) ?? '')?.bytes ?? Buffer.alloc(0);
          // The same about an image each time, and different for others.
          const good = Math.floor(truth([query], '') * (candidateCount + 1));
          return {
            candidates: Array.from({ length: candidateCount }, (_, index) => ({
              content: {
                parts: [{ text: JSON.stringify({ answer: choices.at(index < good ? 0 : -1) }) }],
              },
              finishReason: 'STOP',
            })),
            modelVersion: 'gemini-2.5-flash-001',
            responseId: `r${replies}`,
            usageMetadata: {
              promptTokenCount: 2200,
              candidatesTokenCount: 15,
              thoughtsTokenCount: 85,
              totalTokenCount: 2300,
            },
          };
        },
      });
      server = google;
      const of = await projectFor('google:gemini-2.5-flash', google.baseUrl, {
        samples,
        price: { inputUsdPerMillionTokens: 2, outputUsdPerMillionTokens: 10 },
      });
      expect((await submit(of)).exitCode).toBe(0);
      expect(google.submitted).toHaveLength(QUESTIONS);
      const images = [...google.uploads.values()].filter(({ type }) => type === 'image/png');
      expect(images).toHaveLength(IMAGES * (1 + 4));
      for (const { body } of google.submitted) {
        const parts = (body.contents as { parts: { fileData?: { fileUri: string } }[] }[])[0]
          ?.parts;
        const named = parts?.flatMap(({ fileData }) => (fileData ? [fileData.fileUri] : [])) ?? [];
        expect(named.length).toBeGreaterThan(0);
        for (const uri of named) expect(google.uploads.has(uri)).toBe(true);
        expect(JSON.stringify(body)).not.toContain('inlineData');
      }
      await collect(of);
      const run = await of.evaluate();
      expect(run.exitCode).toBe(0);
      expect(asked.filter((request) => request.includes(':generateContent'))).toEqual([]);
      const answers = run.output?.results.results.flatMap(
        (row) => (row.metadata?.answers ?? []) as { samples: number; costUsd: number }[],
      );
      expect(answers).toHaveLength(QUESTIONS);
      for (const { samples: counted, costUsd } of answers ?? []) {
        expect(counted).toBe(samples);
        // 2,200 tokens in and 100 out, thoughts among them, at half the price.
        expect(costUsd).toBeCloseTo((2200 * 2 + 100 * 10) / 1e6 / 2, 12);
      }
    },
    TWO_MINUTES_MS,
  );

  it(
    'has none on Vertex AI, and says so',
    async () => {
      const vertex = { project: 'p', location: 'europe-west4' };
      const of = await projectFor('google:gemini-2.5-flash', 'http://127.0.0.1:9', { vertex });
      const { exitCode, log } = await submit(of);
      expect(exitCode).toBe(1);
      expect(log).toContain('judge google:gemini-2.5-flash has no batch engine');
    },
    TWO_MINUTES_MS,
  );
});

it(
  'says which judges have no batch engine',
  async () => {
    project = await createProject(projectConfig({ datasets: ['blur'], prompts: ['two-level'] }));
    await writeDataset(project, 'blur', IMAGES);
    const { exitCode, log } = await submit(project);
    expect(exitCode).toBe(1);
    expect(log).toContain('not submitted: judge statistical has no batch engine');
  },
  TWO_MINUTES_MS,
);
