import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, vi } from 'vitest';
import { sharedAnswerStore } from '../../src/answers/store.ts';
import { type BatchRecords, openBatchRecords } from '../../src/batch/batch-records.ts';
import { createBatchWriter } from '../../src/batch/batch-writer.ts';
import { collectBatches } from '../../src/batch/collect.ts';
import { createEngines } from '../../src/batch/engines.ts';
import { forgetUnfinished, sealWritten } from '../../src/batch/hand-over.ts';
import { BATCH_STATES } from '../../src/batch/record-tables.ts';
import { beginRun, RUN_VARIABLE, type Run } from '../../src/batch/running-command.ts';
import { createSubmitter } from '../../src/batch/submit.ts';
import { judgeOptionsSchema } from '../../src/judges/judge-options.ts';
import { picture } from '../images/pictures.ts';
import { judgeImage, qualityQuestion } from '../judges/questions.ts';
import { type BatchServer, type BatchServerOptions, TOO_LARGE } from '../servers/batches.ts';

/** One vendor's engine, and the server on this machine that speaks its language. */
export interface EngineUnderTest {
  name: string;
  judge: string;
  /** Left out: the judge's own. */
  engine?: string;
  start(options: BatchServerOptions): Promise<BatchServer & { baseUrl: string }>;
  /** A reply of the ordinary interface that says this. */
  reply(text: string): unknown;
  /** How it says that a batch has ended too early; undefined: it says so of each request. */
  endings?: { expired: string; cancelled: string };
  /** It may refuse a batch after it has made it. */
  refusesLater: boolean;
  cancels: boolean;
}

/** What every batch engine must do. Each engine's test runs all of it. */
export interface EngineClause {
  name: string;
  check(engine: EngineUnderTest): Promise<void>;
}

const REQUESTS = 6;
const KEY = 'sk-canary-0123456789abcdef';
// For good: which keys there are is read once a second.
process.env.BATCH_TEST_KEY = KEY;
const image = judgeImage('query', picture(8, 8));

/** The number that a request's body carries, and what is answered to it. */
const numberIn = (body: object): number =>
  Number(/request (\d+)\./.exec(JSON.stringify(body))?.[1]);
const answerTo = (number: number): string => (number % 2 === 0 ? 'good' : 'poor');

/** JSON leaves it as it is, and some readers of lines take it for the end of one. */
const SEPARATOR = '\u2028';

const keyOf = (number: number): Uint8Array => new Uint8Array(32).fill(number);

export interface World {
  server: BatchServer;
  records: BatchRecords;
  /** What the commands would print. */
  said: string[];
  /** Writes what has no reply and waits for none. */
  write(count?: number): Promise<void>;
  submit(): Promise<void>;
  collect(): Promise<void>;
  /** Ends this run, as a kill does: whatever it still has under way changes nothing more. */
  kill(): void;
  /** By the number of the request: what the store has of it, else the state of its request. */
  outcomes(count?: number): string[];
  /** What the replies in the store say of their model. */
  models(count: number): (string | undefined)[];
  engine: ReturnType<ReturnType<typeof createEngines>>['engine'];
  close(): Promise<void>;
}

export async function openWorld(
  under: EngineUnderTest,
  options: BatchServerOptions = {},
  batch: object = {},
  judgeOptions: object = {},
): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'iqa-engine-'));
  vi.stubEnv('PROMPTFOO_CONFIG_DIR', folder);
  const server = await under.start({
    polls: 1,
    answer: (body) => under.reply(answerTo(numberIn(body))),
    ...options,
  });
  const store = sharedAnswerStore(join(folder, `${randomUUID()}.sqlite`));
  const records = openBatchRecords(store.database);
  const asked = judgeOptionsSchema.parse({
    ...{ baseUrl: server.baseUrl, apiKeyEnv: 'BATCH_TEST_KEY', maxRetries: 0 },
    ...{ probabilities: 'samples', samples: 1 },
    ...judgeOptions,
    batch: { ...(under.engine && { engine: under.engine }), ...batch },
  });
  const place = { judge: under.judge, options: JSON.stringify(asked), entry: 'one' };
  const said: string[] = [];
  let run: Run = beginRun(records.path);
  let engines = createEngines();
  const part = () => engines(place).parts(qualityQuestion([image]))[0] ?? '';
  const replyTo = (number: number): string => {
    const reader = { evaluation: undefined, ownOnly: false };
    return JSON.stringify(store.reply(keyOf(number), part(), reader)?.value ?? '');
  };

  return {
    server,
    records,
    said,
    get engine() {
      return engines(place).engine;
    },
    async write(count = REQUESTS) {
      vi.stubEnv(RUN_VARIABLE, run.id);
      const asking = engines(place);
      const writer = createBatchWriter(records, asking, place);
      for (let number = 1; number <= count; number++) {
        const question = {
          ...qualityQuestion([image]),
          content: [
            { image: 0 },
            { text: `This is request ${number}.${SEPARATOR}It is asked once.` },
          ],
        };
        const [request] = await asking.requests(question, async () => 'file_of_the_image');
        if (!request) throw new Error('no request');
        const key = keyOf(number);
        const state = records.find(key, request.part)?.state;
        if (state === 'done' || state === 'failed') continue;
        const row = { key, prefill: undefined, image: `${number}.png`, usd: 1 };
        await writer.add({ ...request, ...row });
      }
      sealWritten(records, run);
    },
    async submit() {
      forgetUnfinished(records, run);
      const submit = createSubmitter({
        ...{ records, engines, run, looksMs: [1, 2, 3] },
        onSubmitted: () => {},
        onFailed: ({ message }) => said.push(message),
      });
      await submit();
    },
    async collect() {
      await collectBatches({
        ...{ store, records, engines, run, wait: true, firstPauseMs: 1 },
        onProblem: (problem) => said.push(problem),
        onUnknown: (line) => said.push(line),
      });
    },
    kill() {
      run.end();
      run = beginRun(records.path);
      engines = createEngines();
    },
    outcomes: (count = REQUESTS) =>
      numbers(count).map((number) => {
        const state = records.find(keyOf(number), part())?.state ?? 'unknown';
        return /"text":"(\w+)\s*"/.exec(replyTo(number))?.[1] ?? state;
      }),
    models: (count) =>
      numbers(count).map((number) => /"model":"([^"]+)"/.exec(replyTo(number))?.[1]),
    async close() {
      run.end();
      await server.close();
      vi.unstubAllEnvs();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function within(
  opened: Promise<World>,
  work: (world: World) => Promise<void>,
): Promise<void> {
  const world = await opened;
  try {
    await work(world);
  } finally {
    await world.close();
  }
}

/** Requests that the vendor has got, in their order, by number. */
const got = ({ server }: World): number[] =>
  server.submitted.map(({ body }) => numberIn(body)).sort((a, b) => a - b);
const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);
const answers = (count = REQUESTS): string[] => numbers(count).map(answerTo);
const problems = ({ records }: World): string[] =>
  records
    .batches(...BATCH_STATES)
    .flatMap(({ id }) => records.failures(id).map(({ problem }) => problem ?? ''));

export const engineContract: readonly EngineClause[] = [
  {
    name: 'brings every reply to its request, in whatever order they come, after a while',
    check: (under) =>
      within(openWorld(under, { polls: 3, delayMs: 5 }), async (world) => {
        await world.write();
        await world.submit();
        expect(world.outcomes()).toEqual(answers().map(() => 'waiting'));
        await world.collect();
        expect(world.outcomes()).toEqual(answers());
        expect(got(world)).toEqual(numbers(REQUESTS));
        expect(world.said).toEqual([]);
      }),
  },
  {
    name: 'brings replies in which characters stand that elsewhere end a line',
    check: (under) =>
      within(
        openWorld(under, {
          answer: (body) => under.reply(`${answerTo(numberIn(body))}${SEPARATOR}`),
        }),
        async (world) => {
          await world.write();
          await world.submit();
          await world.collect();
          expect(world.outcomes()).toEqual(answers());
          expect(world.said).toEqual([]);
        },
      ),
  },
  {
    name: 'says how far a batch is, and that it has ended',
    check: (under) =>
      within(openWorld(under, { polls: 3 }), async (world) => {
        await world.write();
        await world.submit();
        const [batch] = world.records.batches('submitted');
        const id = batch?.vendor_id ?? '';
        const seen = [await world.engine.status(id, REQUESTS)];
        while (!seen.at(-1)?.hasEnded) seen.push(await world.engine.status(id, REQUESTS));
        expect(seen.length).toBeGreaterThan(1);
        expect(seen.at(-1)).toEqual({ hasEnded: true, done: REQUESTS, failed: 0 });
      }),
  },
  {
    name: 'keeps what was answered when some requests fail, and sends again what may do',
    check: (under) =>
      within(
        openWorld(under, {
          fault: (index) =>
            (({ 1: 'error', 2: 'overloaded', 3: 'expired', 4: 'missing' }) as const)[index],
        }),
        async (world) => {
          await world.write();
          await world.submit();
          await world.collect();
          const [one, , , , , six] = answers();
          const again = 'unanswered';
          expect(world.outcomes()).toEqual([one, 'failed', again, again, again, six]);
          expect(problems(world).join('\n')).toContain('image is too large');
          await world.write();
          await world.submit();
          await world.collect();
          expect(world.outcomes()).toEqual(answers().with(1, 'failed'));
          expect(got(world)).toEqual([1, 2, 3, 3, 4, 4, 5, 5, 6]);
        },
      ),
  },
  ...(['expired', 'cancelled'] as const).map((ending) => ({
    name: `sends again what has no result because the batch was ${ending}`,
    check: (under: EngineUnderTest) =>
      within(
        openWorld(under, { ending: (batch) => (batch === 0 ? ending : undefined) }),
        async (world) => {
          await world.write();
          await world.submit();
          await world.collect();
          const half = answers().slice(0, REQUESTS / 2);
          expect(world.outcomes()).toEqual([...half, ...half.map(() => 'unanswered')]);
          const words = under.endings?.[ending];
          if (words) expect(problems(world)[0]).toContain(words);
          await world.write();
          await world.submit();
          await world.collect();
          expect(world.outcomes()).toEqual(answers());
          expect(got(world)).toEqual([1, 2, 3, 4, 4, 5, 5, 6, 6]);
        },
      ),
  })),
  {
    name: 'finds a batch whose submission got no reply, and does not make it again',
    check: (under) =>
      within(openWorld(under, { loseReply: (batch) => batch === 0 }), async (world) => {
        await world.write();
        await world.submit();
        await world.collect();
        expect(world.outcomes()).toEqual(answers());
        expect(got(world)).toEqual(numbers(REQUESTS));
      }),
  },
  {
    name: 'finds it where the clock of this machine is an hour ahead',
    check: (under) =>
      within(
        openWorld(under, { loseReply: (batch) => batch === 0, clockMs: -3_600_000 }),
        async (world) => {
          await world.write();
          await world.submit();
          await world.collect();
          expect(world.outcomes()).toEqual(answers());
          expect(got(world)).toEqual(numbers(REQUESTS));
        },
      ),
  },
  {
    name: 'waits for files that come a little after the state that tells of them',
    check: (under) =>
      within(openWorld(under, { filePolls: 2 }), async (world) => {
        await world.write();
        await world.submit();
        await world.collect();
        expect(world.outcomes()).toEqual(answers());
        expect(got(world)).toEqual(numbers(REQUESTS));
      }),
  },
  {
    name: 'looks for its batch past an older one whose file has been deleted',
    check: (under) =>
      within(openWorld(under), async (world) => {
        await world.write(2);
        await world.submit();
        world.server.uploads.clear();
        const sent = { label: 'iqa-00000000-9', requests: 3, sinceMs: Date.now() };
        expect(await world.engine.find({ ...sent, isKnown: () => false })).toBeUndefined();
      }),
  },
  {
    name: 'takes no batch of somebody else for its own',
    check: (under) =>
      within(openWorld(under), async (world) => {
        await world.write(2);
        await world.submit();
        const [known] = world.records.batches('submitted');
        const sent = { label: 'iqa-00000000-9', sinceMs: Date.now() };
        const isKnown = (id: string) => id === known?.vendor_id;
        expect(await world.engine.find({ ...sent, requests: 2, isKnown })).toBeUndefined();
      }),
  },
  {
    name: 'buys nothing twice and loses nothing, wherever it is killed, even while it splits a batch',
    check: async (under) => {
      let requests = 0;
      const largest = { requests: 1 };
      await within(openWorld(under, { largest }), async (world) => {
        await world.write(2);
        await world.submit();
        await world.collect();
        requests = world.server.requests();
      });
      for (const done of ['undone', 'done'] as const) {
        for (let at = 0; at < requests; at++) {
          let isHung = false;
          const hang = (request: number) => {
            if (request !== at || isHung) return undefined;
            isHung = true;
            return done;
          };
          await within(openWorld(under, { hang, largest }), async (world) => {
            await world.write(2);
            const dying = world.submit().then(() => world.collect());
            dying.catch(() => {});
            await vi.waitUntil(() => isHung, { interval: 5, timeout: 10_000 });
            await setTimeout(10);
            world.kill();
            await world.submit();
            await world.collect();
            expect(world.outcomes(2), `killed at request ${at}, ${done}`).toEqual(answers(2));
            expect(got(world), `killed at request ${at}, ${done}`).toEqual([1, 2]);
          });
        }
      }
    },
  },
  {
    name: 'sends a batch that is refused for its number of requests as smaller ones',
    check: (under) =>
      within(openWorld(under, { largest: { requests: 2 } }), async (world) => {
        await world.write();
        await world.submit();
        await world.collect();
        expect(world.outcomes()).toEqual(answers());
        expect(got(world)).toEqual(numbers(REQUESTS));
        for (const { lines } of world.server.batches.values()) {
          expect(lines.length).toBeLessThanOrEqual(2);
        }
        expect(world.said).toEqual([]);
      }),
  },
  {
    name: 'makes one request that is too large alone an error of its image, in the words of the vendor',
    check: (under) =>
      within(openWorld(under, { largest: { bytes: 100 } }), async (world) => {
        await world.write(2);
        await world.submit();
        expect(world.outcomes(2)).toEqual(['failed', 'failed']);
        expect(world.server.submitted).toEqual([]);
        expect(world.said).toHaveLength(2);
        expect(world.said[0]).toContain('1.png');
        expect(world.said[0]).toContain(TOO_LARGE);
        expect(problems(world)[0]).toContain(TOO_LARGE);
        // The others of a batch are not lost with it.
        expect(world.records.batches('sealed', 'submitting', 'submitted')).toEqual([]);
      }),
  },
  {
    name: 'writes batches within the limits that the configuration gives',
    check: async (under) => {
      await within(openWorld(under, {}, { maxRequests: 4 }), async (world) => {
        await world.write();
        await world.submit();
        expect([...world.server.batches.values()].map(({ lines }) => lines.length)).toEqual([4, 2]);
      });
      const size = await new Promise<number>((done) => {
        const largest = { requests: 0 };
        within(openWorld(under, { largest }), async (world) => {
          await world.write(1);
          const [sealed] = world.records.batches('sealed');
          const { statSync } = await import('node:fs');
          done(statSync(sealed?.file ?? '').size);
        });
      });
      const maxFileBytes = Math.round(2.5 * size);
      await within(openWorld(under, {}, { maxFileBytes }), async (world) => {
        await world.write(5);
        await world.submit();
        expect([...world.server.batches.values()].map(({ lines }) => lines.length)).toEqual([
          2, 2, 1,
        ]);
        await world.collect();
        expect(world.outcomes(5)).toEqual(answers(5));
      });
    },
  },
  {
    name: 'sends a batch again, in smaller ones, that is refused for its size after it was made',
    check: async (under) => {
      if (!under.refusesLater) return;
      const message = 'The batch exceeds the maximum of 3 requests.';
      const refuse = (batch: number) => (batch === 0 ? { code: 'invalid', message } : undefined);
      await within(openWorld(under, { refuse }), async (world) => {
        await world.write();
        await world.submit();
        await world.collect();
        expect(world.outcomes()).toEqual(answers().map(() => 'unanswered'));
        expect(problems(world)[0]).toContain(message);
        await world.write();
        await world.submit();
        await world.collect();
        expect([...world.server.batches.values()].map(({ lines }) => lines.length)).toEqual([
          6, 3, 3,
        ]);
        expect(world.outcomes()).toEqual(answers());
      });
    },
  },
  {
    name: 'tells why a batch was refused as a whole, and does not send it again by itself',
    check: async (under) => {
      if (!under.refusesLater) return;
      const refuse = () => ({ code: 'invalid', message: 'This model takes no batches.' });
      await within(openWorld(under, { refuse }), async (world) => {
        await world.write(2);
        await world.submit();
        await world.collect();
        expect(world.outcomes(2)).toEqual(['failed', 'failed']);
        expect(problems(world)[0]).toContain('This model takes no batches.');
      });
    },
  },
  {
    name: 'says which results belong to no request',
    check: (under) =>
      within(openWorld(under, { stranger: 'iqa-ffffffff-7' }), async (world) => {
        await world.write(2);
        await world.submit();
        await world.collect();
        expect(world.outcomes(2)).toEqual(answers(2));
        expect(world.said).toEqual([expect.stringContaining('"iqa-ffffffff-7"')]);
      }),
  },
  {
    name: 'stops a batch, or says that its vendor cannot',
    check: (under) =>
      within(openWorld(under, { polls: 1000 }), async (world) => {
        await world.write(2);
        await world.submit();
        const id = world.records.batches('submitted')[0]?.vendor_id ?? '';
        if (!under.cancels) {
          await expect(world.engine.cancel(id)).rejects.toThrow('no way to stop');
          return;
        }
        await world.engine.cancel(id);
        await world.collect();
        expect(world.outcomes(2)).toEqual(['unanswered', 'unanswered']);
      }),
  },
  {
    name: 'uploads a file that may take longer than Node waits by itself',
    check: (under) =>
      within(openWorld(under, {}, {}, { timeoutMs: 400_000 }), async (world) => {
        await world.write(2);
        await world.submit();
        await world.collect();
        expect(world.outcomes(2)).toEqual(answers(2));
      }),
  },
  {
    name: 'hands on that the vendor knows no such batch',
    check: (under) =>
      within(openWorld(under), async (world) => {
        await expect(world.engine.status('batch_of_nobody', 1)).rejects.toMatchObject({
          status: 404,
        });
      }),
  },
  {
    name: 'sends the key, and lets it out nowhere',
    check: async (under) => {
      const seen = new Set<unknown>();
      const intercept: BatchServerOptions['intercept'] = (_, headers) => {
        const key = headers.authorization ?? headers['x-api-key'] ?? headers['x-goog-api-key'];
        seen.add(key);
        return { status: 401, json: { error: { message: `Incorrect API key provided: ${key}` } } };
      };
      await within(openWorld(under, { intercept }), async (world) => {
        await world.write(2);
        await world.submit();
        expect(JSON.stringify([...seen])).toContain(KEY);
        expect(world.said).toHaveLength(1);
        expect(world.said[0]).toContain('Incorrect API key provided');
        expect(
          JSON.stringify(world.said) + JSON.stringify(world.records.batches('sealed')),
        ).not.toContain(KEY);
      });
    },
  },
];
