import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askOnce } from '../../src/answers/ask-once.ts';
import { createEntryBudget } from '../../src/answers/entry-budget.ts';
import { rowSpendings } from '../../src/answers/row-spending.ts';
import { createServed } from '../../src/answers/served.ts';
import { type AnswerStore, openAnswerStore } from '../../src/answers/store.ts';
import { optionalKey } from '../../src/judges/api-key.ts';
import { checkedJudge } from '../../src/judges/checked-judge.ts';
import { createOpenaiJudge } from '../../src/judges/openai.ts';
import { createPromptfooJudge } from '../../src/judges/promptfoo.ts';
import { lookAtServed } from '../../src/judges/served-model.ts';
import { picture } from '../images/pictures.ts';
import { judgeOptions } from '../judges/options.ts';
import { judgeImage, qualityQuestion } from '../judges/questions.ts';
import { type LocalServer, type ServerReply, startServer } from '../servers/server.ts';

let folder = '';
let store: AnswerStore;
let server: LocalServer | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-served-'));
  store = openAnswerStore(join(folder, 'answers.sqlite'));
});
afterEach(async () => {
  store.database.close();
  await server?.close();
  server = undefined;
  await rm(folder, { recursive: true });
});

const question = qualityQuestion([judgeImage('query', picture(40, 40))]);
const another = qualityQuestion([judgeImage('query', picture(41, 40))]);

/** What a server of one's own has loaded, and tells of it. */
interface Loaded {
  models?: unknown;
  props?: unknown;
  tags?: unknown;
  /** The model's name in its replies. */
  answersAs?: string;
  /** Probability of good, which tells who answered. */
  good: number;
  isLoading?: boolean;
}

const LISTED = { object: 'list', data: [{ id: 'other', object: 'model', created: 1 }] };
let loaded: Loaded;

async function startOwnServer(): Promise<LocalServer> {
  const answer = ({ path }: { path: string }) => reply(path, loaded);
  server = await startServer(answer, 0, (path) => answer({ path }));
  return server;
}

function reply(path: string, { models, props, tags, answersAs = 'm', good }: Loaded): ServerReply {
  const told: Record<string, unknown> = {
    '/v1/models': models,
    '/props': props,
    '/api/tags': tags,
  };
  if (path in told && loaded.isLoading) return { status: 503, body: { error: 'Loading model' } };
  if (path === '/v1/chat/completions') {
    // It has loaded.
    loaded.isLoading = false;
    const top_logprobs = [
      { token: 'good', bytes: null, logprob: Math.log(good) },
      { token: 'poor', bytes: null, logprob: Math.log(1 - good) },
    ];
    const message = { role: 'assistant', content: 'good' };
    const logprobs = { content: [{ ...top_logprobs[0], top_logprobs }] };
    const choices = [{ index: 0, finish_reason: 'stop', message, logprobs }];
    return { status: 200, body: { id: crypto.randomUUID(), model: answersAs, choices } };
  }
  const body = told[path];
  return body === undefined
    ? { status: 404, body: { error: 'File Not Found' } }
    : { status: 200, body };
}

/** One run of a column. @returns P(good) of each question, what was asked anew, and what was said */
async function run(url: string, ...questions: (typeof question)[]) {
  const judge = createOpenaiJudge('m', judgeOptions({ baseUrl: `${url}/v1`, maxRetries: 0 }));
  const lines: string[] = [];
  // A new process looks anew.
  delete (globalThis as Record<symbol, unknown>)[Symbol.for('promptfoo-iqa.served-models')];
  const served = await createServed(judge, store.database, (line) => lines.push(line));
  const buying = askOnce(checkedJudge(judge, 8), {
    store,
    options: judgeOptions({ baseUrl: `${url}/v1`, maxRetries: 0 }),
    reader: { evaluation: 'e', ownOnly: false },
    repeatIndex: 0,
    budget: createEntryBudget(store, judge.id, 'entry', 'e', undefined).row(),
    spent: rowSpendings(store.database)('row'),
    costUsd: () => undefined,
    served,
  });
  const good: (number | string)[] = [];
  let asked = 0;
  for (const each of questions) {
    try {
      const answer = await buying.ask(each, {});
      good.push(Number(answer.probabilities?.[0]?.toFixed(6)));
      if (!answer.reused) asked += 1;
    } catch (error) {
      good.push(String(error));
    }
  }
  return { good, asked, said: lines.join('\n') };
}

const A: Loaded = {
  models: LISTED,
  props: { model_path: '/m/a.gguf', build_info: 'b1' },
  good: 0.8,
};
const B: Loaded = {
  models: LISTED,
  props: { model_path: '/m/b.gguf', build_info: 'b1' },
  good: 0.3,
};

describe('kept answers of a server of one’s own', () => {
  it('are reused as long as it serves the same', async () => {
    const { url } = await startOwnServer();
    loaded = A;
    expect(await run(url, question)).toEqual({ good: [0.8], asked: 1, said: '' });
    expect(await run(url, question)).toEqual({ good: [0.8], asked: 0, said: '' });
  });

  it.each<[string, Loaded, Loaded, RegExp]>([
    [
      'llama.cpp: another file',
      A,
      B,
      /serves model_path \/m\/b\.gguf, where model_path \/m\/a\.gguf/,
    ],
    [
      'llama.cpp: another build',
      A,
      { ...A, props: { model_path: '/m/a.gguf', build_info: 'b2' }, good: 0.3 },
      /serves build_info b2, where build_info b1 answered/,
    ],
    [
      'vLLM: another folder behind the name',
      { models: { data: [{ id: 'm', root: 'org/a', created: 1 }] }, good: 0.8 },
      { models: { data: [{ id: 'm', root: 'org/b', created: 2 }] }, good: 0.3 },
      /serves root org\/b, where root org\/a/,
    ],
    [
      'Ollama: another digest behind the tag',
      {
        models: { data: [{ id: 'm' }] },
        tags: { models: [{ name: 'm:latest', digest: 'aaaa' }] },
        good: 0.8,
      },
      {
        models: { data: [{ id: 'm' }] },
        tags: { models: [{ name: 'm:latest', digest: 'bbbb' }] },
        good: 0.3,
      },
      /digest bbbb/,
    ],
    [
      'a server that lists one model, whatever it is called',
      { models: { data: [{ id: 'a' }] }, good: 0.8 },
      { models: { data: [{ id: 'b' }] }, good: 0.3 },
      /serves model b, where model a/,
    ],
  ])(
    'are not reused when another model answers, and it says so: %s',
    async (_, before, after, said) => {
      const { url } = await startOwnServer();
      loaded = before;
      await run(url, question);
      loaded = after;
      const second = await run(url, question);
      expect(second).toMatchObject({ good: [0.3], asked: 1 });
      expect(second.said).toMatch(said);
      expect(second.said.split('\n')).toHaveLength(1);
      // Both are kept.
      loaded = before;
      expect(await run(url, question)).toMatchObject({ good: [0.8], asked: 0 });
      // The one that answered last needs no line.
      expect(await run(url, question)).toEqual({ good: [0.8], asked: 0, said: '' });
      loaded = after;
      expect(await run(url, question)).toMatchObject({ good: [0.3], asked: 0 });
    },
  );

  it('are told apart by the name in its replies, where it says nothing else', async () => {
    const { url } = await startOwnServer();
    loaded = { answersAs: 'a', good: 0.8 };
    await run(url, question);
    loaded = { answersAs: 'b', good: 0.3 };
    const second = await run(url, another, question);
    expect(second).toMatchObject({ good: [0.3, 0.3], asked: 2 });
    expect(second.said).toMatch(/now answers as b, where a answered under this name last/);
    expect(await run(url, question)).toEqual({ good: [0.3], asked: 0, said: '' });
  });

  it('are reused while it is off, when they are all of one model, and it says so', async () => {
    const { url, close } = await startOwnServer();
    loaded = A;
    await run(url, question);
    await close();
    server = undefined;
    const off = await run(url, question, another);
    expect(off.good[0]).toBe(0.8);
    expect(off.good[1]).toMatch(/cannot be reached/);
    expect(off.said).toMatch(
      /cannot be asked what it serves \(.+\); what is kept is all of .*model_path \/m\/a\.gguf, and is reused/,
    );
  });

  it('are not reused while it is off, when they are of several models', async () => {
    const { url, close } = await startOwnServer();
    loaded = A;
    await run(url, question);
    loaded = B;
    await run(url, question);
    await close();
    server = undefined;
    const off = await run(url, question);
    expect(off.good[0]).toMatch(/cannot be reached/);
    expect(off.said).toMatch(/2 models have answered under this name.*nothing kept is reused/);
  });

  it('of a server that was still loading belong to what it has loaded', async () => {
    const { url } = await startOwnServer();
    loaded = A;
    await run(url, question);
    loaded = { ...B, isLoading: true };
    const during = await run(url, another, question);
    expect(during.good).toEqual([0.3, 0.3]);
    expect(during.said).toMatch(/cannot be asked.*HTTP 503[\s\S]*serves model_path \/m\/b\.gguf/);
    expect(await run(url, another, question)).toEqual({ good: [0.3, 0.3], asked: 0, said: '' });
    loaded = A;
    expect(await run(url, question)).toMatchObject({ good: [0.8], asked: 0 });
  });

  it('are looked at through a provider of promptfoo’s too, where its server is known', async () => {
    const { url } = await startOwnServer();
    loaded = A;
    const wrapped = (id: string, options: object) =>
      createPromptfooJudge(id, judgeOptions(options), folder).serves;
    const own = wrapped('openai:chat:m', { baseUrl: `${url}/v1` });
    expect(await own?.look()).toMatchObject({ facts: { model_path: '/m/a.gguf' } });
    expect(wrapped('ollama:chat:llava:13b', {})?.endpoint).toMatch(/11434/);
    expect(wrapped('openai:chat:m', {})).toBeUndefined();
  });

  it('go by the vendor’s name for its own endpoint, which is asked nothing', async () => {
    expect(createOpenaiJudge('gpt-4.1', judgeOptions()).serves).toBeUndefined();
  });
});

describe('a look at what a server serves', () => {
  it('is no failure where it says nothing, or something else', async () => {
    for (const body of [
      undefined,
      'hello',
      { data: 'none' },
      { data: [{ id: 'x' }, { id: 'y' }] },
    ]) {
      const { url, close } = await startOwnServer();
      loaded = { models: body, props: body, tags: body, good: 1 };
      expect(await lookAtServed(`${url}/v1`, 'm', undefined)).toEqual({
        isReached: true,
        facts: {},
      });
      await close();
      server = undefined;
    }
  });

  it('is not what changes from request to request', async () => {
    const { url } = await startOwnServer();
    const entry = (created: number) => ({
      ...{ id: 'm', object: 'model', root: '/models/q', created, owned_by: 'vllm' },
      permission: [{ id: `modelperm-${created}` }],
    });
    loaded = { models: { data: [entry(1)] }, good: 1 };
    const first = await lookAtServed(`${url}/v1`, 'm', undefined);
    loaded = { models: { data: [entry(2)] }, good: 1 };
    expect(await lookAtServed(`${url}/v1/`, 'm', undefined)).toEqual(first);
    expect(first).toEqual({ isReached: true, facts: { model: 'm', root: '/models/q' } });
  });

  it('sends the key, and shows none that the server repeats', async () => {
    process.env.IQA_TEST_KEY = 'sk-canary-0123456789';
    try {
      const { url, looks } = await startOwnServer();
      loaded = { models: { data: [{ id: 'proxy for sk-canary-0123456789' }] }, good: 1 };
      const look = await lookAtServed(`${url}/v1`, 'm', optionalKey('IQA_TEST_KEY'));
      expect(looks[0]?.headers.authorization).toBe('Bearer sk-canary-0123456789');
      expect(JSON.stringify(look)).not.toContain('canary');
    } finally {
      delete process.env.IQA_TEST_KEY;
    }
  });
});
