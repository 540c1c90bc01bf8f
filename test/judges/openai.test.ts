import type { ChatCompletion } from 'openai/resources/chat/completions';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { checkedJudge } from '../../src/judges/checked-judge.ts';
import { BEGUN } from '../../src/judges/openai/continuation.ts';
import { createOpenaiJudge } from '../../src/judges/openai.ts';
import type { Question } from '../../src/judges/question.ts';
import { picture } from '../images/pictures.ts';
import {
  type ChatRequestBody,
  contentOf,
  type OpenaiServer,
  type OpenaiServerOptions,
  startOpenaiServer,
} from '../servers/openai.ts';
import { type ReplyShape, TOKEN_SHAPES } from '../servers/reply-shapes.ts';
import type { ServerReply } from '../servers/server.ts';
import { truth } from '../servers/truth.ts';
import { judgeContract } from './contract.ts';
import { judgeOptions } from './options.ts';
import { judgeImage, qualityQuestion } from './questions.ts';

let server: OpenaiServer | undefined;
afterEach(async () => {
  vi.unstubAllEnvs();
  await server?.close();
  server = undefined;
});

async function setUp(
  serverOptions: OpenaiServerOptions = {},
  options: object = {},
  model = 'qwen3-vl',
) {
  server = await startOpenaiServer(serverOptions);
  const judge = createOpenaiJudge(model, judgeOptions({ baseUrl: server.baseUrl, ...options }));
  const bodies = () => server?.requests.map(({ body }) => body as ChatRequestBody) ?? [];
  return { judge, server, bodies };
}

const query = judgeImage('query', picture(40, 30));
const conditional = judgeImage('conditional', picture(30, 40));
const question = qualityQuestion([conditional, query]);
const prefilled: Question = { ...question, prefill: 'The quality of the image is' };
const { choices: _, ...unanswered } = question;
const rating: Question = { ...unanswered, scale: { min: 0, max: 100 } };

describe('the openai judge keeps the contract', () => {
  it.each(judgeContract)('with token probabilities: $name', async ({ check }) => {
    const { judge } = await setUp();
    await check(judge);
  });

  it.each(judgeContract)('with samples: $name', async ({ check }) => {
    const { judge } = await setUp({ probability: () => 1 }, { probabilities: 'samples' });
    await check(judge);
  });
});

describe('token probabilities', () => {
  it('are those of the endpoint, summed over the spellings', async () => {
    const { judge } = await setUp();
    const answer = await judge.ask(question, {});
    const images = await Promise.all(question.images.map((image) => image.encoded()));
    const p = truth(
      images.map(({ bytes }) => bytes),
      'Good or poor?',
    );
    expect(answer.probabilities?.[0]).toBeCloseTo(p, 9);
    expect(answer).toMatchObject({
      source: 'logprobs',
      coveredMass: expect.closeTo(0.96, 9),
      model: 'qwen3-vl-2026-11-01',
      fingerprint: 'fp_test',
      usage: { inputTokens: 900, outputTokens: 1 },
      asked: { probabilities: 'auto', reply: 'instructed', requests: 1 },
    });
  });

  it('are asked for again after a passing error in a reply of status 200', async () => {
    const shape = (code: number, message: string) => ({
      name: message,
      of: () => ({ status: 200, body: { error: { code, message } } }),
    });
    const first = await setUp(
      { fault: (index) => (index === 0 ? shape(502, 'upstream lost') : undefined) },
      { maxRetries: 1 },
    );
    expect((await first.judge.ask(question, {})).probabilities).toHaveLength(2);
    expect(first.bodies()).toHaveLength(2);
    await first.server.close();

    const always = await setUp({ fault: () => shape(503, 'overloaded') }, { maxRetries: 1 });
    await expect(always.judge.ask(question, {})).rejects.toThrow(
      /the reply is an error 503: overloaded, tried 2 times; run it again later/,
    );
    expect(always.bodies()).toHaveLength(2);
    await always.server.close();

    const lasting = await setUp({ fault: () => shape(402, 'no credits') }, { maxRetries: 1 });
    await expect(lasting.judge.ask(question, {})).rejects.toThrow(/; pay, or raise the limit/);
    expect(lasting.bodies()).toHaveLength(1);
  });

  it('have the limit that the user names, once', async () => {
    const { judge, bodies } = await setUp({}, { request: { max_completion_tokens: 5 } });
    await judge.ask(question, {});
    expect(bodies()[0]).toMatchObject({ max_completion_tokens: 5 });
    expect(bodies()[0]).not.toHaveProperty('max_tokens');
  });

  it('are asked for at the model’s own distribution, with detail and an instruction', async () => {
    const { judge, bodies } = await setUp();
    await judge.ask({ ...prefilled, system: 'You are an expert.' }, {});
    const [body] = bodies();
    expect(body).toMatchObject({
      model: 'qwen3-vl',
      logprobs: true,
      top_logprobs: 20,
      temperature: 1,
      top_p: 1,
      max_tokens: 16,
      messages: [
        { role: 'system', content: 'You are an expert.' },
        {
          role: 'user',
          content: [
            { type: 'image_url', image_url: { detail: 'high' } },
            // Local servers may take neighbouring images of one size for one.
            { type: 'text', text: '\n' },
            { type: 'image_url', image_url: { detail: 'high' } },
            { type: 'text', text: 'Good or poor?' },
            { type: 'text', text: 'Answer with one of these words and nothing else: good, poor.' },
          ],
        },
      ],
    });
    expect(body?.messages).toHaveLength(2);
    expect(contentOf(body as ChatRequestBody).images[1]).toEqual(
      Buffer.from((await query.encoded()).bytes),
    );
  });

  it.each([
    ['continue_final_message', { continue_final_message: true, add_generation_prompt: false }],
    ['last-message', {}],
  ])('follow a begun reply where the endpoint continues it (%s)', async (prefill, fields) => {
    const { judge, bodies } = await setUp({}, { capabilities: { prefill } });
    const { asked } = await judge.ask(prefilled, {});
    expect(asked?.reply).toBe('prefilled');
    const [body] = bodies();
    expect(body).toMatchObject(fields);
    expect(body?.messages.at(-1)).toEqual({
      role: 'assistant',
      content: 'The quality of the image is',
    });
    expect(contentOf(body as ChatRequestBody).text).toBe('Good or poor?');
  });

  it.each([
    [
      'no token probabilities',
      /gave no token probabilities .*set judgeOptions\.probabilities: samples/,
    ],
    [
      'another language',
      /only 0\.000 of the token probability .*below minCoveredMass 0\.5: it answered "Gut"/,
    ],
    ['refusal', /refused: I'm sorry, I can't rate this person\./],
    ['content filter', /refused: finish_reason content_filter/],
  ] as const)(
    'that do not come are an error, never another way of asking: %s',
    async (fault, message) => {
      const { judge, bodies } = await setUp({ fault: () => fault });
      await expect(judge.ask(question, {})).rejects.toThrow(message);
      expect(bodies().every(({ logprobs }) => logprobs)).toBe(true);
    },
  );
});

describe('an endpoint without token probabilities', () => {
  it('is not paid for a whole run of replies without', async () => {
    const { judge, bodies } = await setUp({ fault: () => 'no token probabilities' });
    const messages = [];
    for (let i = 0; i < 6; i++) {
      messages.push(await judge.ask(question, {}).catch((error: Error) => error.message));
    }
    expect(bodies()).toHaveLength(3);
    expect(messages[2]).toMatch(/nothing more is asked of this judge in this run$/);
    expect(messages.slice(3)).toEqual([messages[2], messages[2], messages[2]]);
  });

  it('is told apart from one that fails now and then', async () => {
    const { judge, bodies } = await setUp({
      fault: (index) => (index === 0 ? undefined : 'no token probabilities'),
    });
    await judge.ask(question, {});
    for (let i = 0; i < 5; i++)
      await expect(judge.ask(question, {})).rejects.toThrow(/gave no token/);
    expect(bodies()).toHaveLength(6);
  });
});

describe('samples', () => {
  it('are drawn in few requests where the endpoint gives several', async () => {
    const { judge, bodies } = await setUp(
      { probability: () => 0.75 },
      { probabilities: 'samples', samples: 400 },
    );
    const answer = await judge.ask(question, {});
    // They are under way at once and arrive in any order.
    expect(
      bodies()
        .map(({ n }) => n)
        .sort(),
    ).toEqual([128, 128, 128, 16].sort());
    const [p = 0] = answer.probabilities ?? [];
    expect(answer).toMatchObject({ source: 'samples', samples: 400, invalidSamples: 0 });
    expect(answer.standardError).toBeCloseTo(Math.sqrt((p * (1 - p)) / 400), 12);
    expect(Math.abs(p - 0.75)).toBeLessThan(0.15);
  });

  it('are asked for again when fewer come than were asked for, and it says how often', async () => {
    const { judge, bodies } = await setUp(
      { severalSamples: false },
      { probabilities: 'samples', samples: 5 },
    );
    const answer = await judge.ask(question, {});
    expect(answer).toMatchObject({ samples: 5, asked: { requests: 5 } });
    expect(bodies().map(({ n }) => n)).toEqual([5, undefined, undefined, undefined, undefined]);
    await judge.ask(qualityQuestion([query]), {});
    expect(bodies()).toHaveLength(10);
    expect(bodies()[5]?.n).toBeUndefined();
  });

  it.each([
    ['n must be between 1 and 2', 2, [1, 2, 2], 400],
    ['Only one completion choice is allowed', 1, [1, 1, 1, 1, 1], 400],
    ['n must be at most 2', 2, [1, 2, 2], 200],
  ])(
    'are asked for in smaller parts where the endpoint refuses more: %s',
    async (words, most, parts, status) => {
      const { judge, bodies } = await setUp(
        {
          probability: () => 1,
          reply: ({ n }) =>
            (n ?? 1) > most ? { status, body: { error: { message: words } } } : undefined,
        },
        { probabilities: 'samples', samples: 5 },
      );
      const answer = await judge.ask(question, {});
      expect(answer).toMatchObject({ probabilities: [1, 0], samples: 5 });
      const sizes = () => bodies().map(({ n }) => n ?? 1);
      expect(sizes()[0]).toBe(5);
      // Those after the first are under way at once and arrive in any order.
      expect(sizes().slice(1).sort()).toEqual(parts);
      await judge.ask(qualityQuestion([query]), {});
      // Learnt once.
      const later = sizes().slice(1 + parts.length);
      expect(later.sort()).toEqual(parts);
    },
  );

  it('of which one is an error are asked for in as large parts as before', async () => {
    let replies = 0;
    const broken: ReplyShape<ChatCompletion> = {
      name: 'the first choice in error',
      of: ({ choices: [first, ...others], ...right }) => ({
        status: 200,
        body: {
          ...right,
          choices: [{ ...first, finish_reason: 'error', error: { message: 'lost' } }, ...others],
        },
      }),
    };
    const { judge, bodies } = await setUp(
      { probability: () => 1, fault: () => (replies++ === 0 ? broken : undefined) },
      { probabilities: 'samples', samples: 4 },
    );
    const answer = await judge.ask(question, {});
    expect(answer).toMatchObject({ probabilities: [1, 0], samples: 4, invalidSamples: 0 });
    await judge.ask(qualityQuestion([query]), {});
    // Four, the one that was lost, and four again for the next question.
    expect(bodies().map(({ n }) => n ?? 1)).toEqual([4, 1, 4]);
  });

  it('of a rating are averaged', async () => {
    const { judge } = await setUp({ probability: () => 0.62 }, { probabilities: 'samples' });
    expect(await judge.ask(rating, {})).toMatchObject({
      value: 62,
      source: 'samples',
      samples: 8,
      standardError: 0,
    });
  });

  it('in another language make no estimate, and are quoted', async () => {
    const { judge } = await setUp(
      { fault: () => 'another language' },
      { probabilities: 'samples' },
    );
    await expect(judge.ask(question, {})).rejects.toThrow(
      'judge openai:qwen3-vl: 8 of 8 sampled answers were not one of good, poor ("Gut")',
    );
  });

  it('are what a reasoning model gives by itself', async () => {
    const { judge, bodies } = await setUp({}, {}, 'gpt-6-astra');
    const answer = await judge.ask(question, {});
    expect(answer).toMatchObject({ source: 'samples', asked: { probabilities: 'auto' } });
    expect(bodies()[0]).toMatchObject({ max_completion_tokens: 4096, n: 8 });
    expect(bodies()[0]).not.toHaveProperty('temperature');
    expect(bodies()[0]).not.toHaveProperty('logprobs');
  });
});

describe('the connection', () => {
  it('waits as long as it is told to, beyond the limit of the fetch of Node', async () => {
    const { judge } = await setUp({}, { timeoutMs: 400_000 });
    expect((await judge.ask(question, {})).source).toBe('logprobs');
  });

  it('sends a key only where it belongs', async () => {
    vi.stubEnv('OPENAI_API_KEY', 'sk-the-key-of-openai');
    vi.stubEnv('MY_GATEWAY', 'the-key-of-the-gateway');
    const own = await setUp();
    await own.judge.ask(question, {});
    expect(own.server.requests[0]?.headers.authorization).toBe('Bearer none');
    await server?.close();
    const named = await setUp({}, { apiKeyEnv: 'MY_GATEWAY' });
    await named.judge.ask(question, {});
    expect(named.server.requests[0]?.headers.authorization).toBe('Bearer the-key-of-the-gateway');
    await server?.close();
    const environment = await setUp();
    vi.stubEnv('OPENAI_BASE_URL', environment.server.baseUrl);
    await createOpenaiJudge('m', judgeOptions()).ask(question, {});
    expect(environment.server.requests[0]?.headers.authorization).toBe(
      'Bearer sk-the-key-of-openai',
    );
  });

  it('says which variable is missing, asks nothing, and repeats no key that a server repeats', async () => {
    const missing = await setUp({}, { apiKeyEnv: 'NO_SUCH_VARIABLE' });
    await expect(missing.judge.ask(question, {})).rejects.toThrow(
      /the environment variable NO_SUCH_VARIABLE is not set; set it to the key/,
    );
    expect(missing.bodies()).toHaveLength(0);
    await server?.close();
    vi.stubEnv('MY_GATEWAY', 'the-key-of-the-gateway');
    const body = { error: { message: 'wrong key: the-key-of-the-gateway', type: 'x' } };
    const echo = await setUp({ reply: () => ({ status: 401, body }) }, { apiKeyEnv: 'MY_GATEWAY' });
    await expect(checkedJudge(echo.judge, 1).ask(question, {})).rejects.toThrow(
      'HTTP 401: wrong key: [MY_GATEWAY]; see that the environment variable MY_GATEWAY holds',
    );
  });
});

describe('a model that reasons by choice', () => {
  it('is told not to, since only then it gives token probabilities, and the answer says so', async () => {
    const { judge, bodies } = await setUp({}, {}, 'gpt-5.5');
    const answer = await judge.ask(question, {});
    expect(answer).toMatchObject({ source: 'logprobs', asked: { effort: 'none' } });
    expect(bodies()[0]).toMatchObject({ reasoning_effort: 'none', logprobs: true, temperature: 1 });
  });

  it('is sampled when it is told to reason', async () => {
    const { judge, bodies } = await setUp({}, { effort: 'low' }, 'gpt-5.5');
    const answer = await judge.ask(question, {});
    expect(answer).toMatchObject({ source: 'samples', asked: { effort: 'low' } });
    expect(bodies()[0]).not.toHaveProperty('temperature');
  });
});

describe('a gateway that answers out of a cache', () => {
  const cached = (body: unknown): ServerReply => ({
    status: 200,
    headers: { 'x-portkey-cache-status': 'HIT' },
    body,
  });
  const choice = {
    index: 0,
    finish_reason: 'stop',
    message: { role: 'assistant', content: 'good' },
  };
  const top_logprobs = [
    { token: 'good', bytes: null, logprob: Math.log(0.7) },
    { token: 'poor', bytes: null, logprob: Math.log(0.3) },
  ];
  const logprobs = { content: [{ ...top_logprobs[0], top_logprobs }] };
  const reply = { id: 'chatcmpl-AbC123dEf456', model: 'm', choices: [{ ...choice, logprobs }] };

  it('gives no samples: by its header, and nothing more is asked', async () => {
    const { judge, bodies } = await setUp(
      { reply: () => cached(reply) },
      { probabilities: 'samples' },
    );
    const header = /came with the header "x-portkey-cache-status: HIT".*switch that cache off/;
    await expect(judge.ask(question, {})).rejects.toThrow(header);
    await expect(judge.ask(question, {})).rejects.toThrow(header);
    expect(bodies()).toHaveLength(1);
  });

  it('gives no samples: by the id of its replies alone', async () => {
    const { judge } = await setUp(
      { reply: () => ({ status: 200, body: reply }) },
      { probabilities: 'samples', samplesPerRequest: 1 },
    );
    await expect(judge.ask(question, {})).rejects.toThrow(/has the id "chatcmpl-AbC123dEf456"/);
  });

  it('gives the token probabilities that the model would give, for the same question', async () => {
    const { judge } = await setUp({ reply: () => cached(reply) });
    for (let i = 0; i < 2; i++) {
      expect((await judge.ask(question, {})).probabilities?.[0]).toBeCloseTo(0.7, 9);
    }
    await expect(judge.ask(qualityQuestion([query]), {})).rejects.toThrow(/to another question/);
  });

  it('may give several samples in one reply, which has one id', async () => {
    const { judge } = await setUp({}, { probabilities: 'samples' });
    expect(await judge.ask(question, {})).toMatchObject({ samples: 8, asked: { requests: 1 } });
  });
});

describe('a begun reply', () => {
  const answering = (content: string): OpenaiServerOptions => ({
    reply: () => ({
      status: 200,
      body: { id: crypto.randomUUID(), model: 'm', choices: [{ message: { content } }] },
    }),
  });

  it.each([
    ['the rest of the word', 'is.', true],
    ['the rest, after what was begun', `${BEGUN}is`, true],
    ['a new reply', 'Paris', false],
    ['a new reply in a sentence', 'The capital of France is Paris.', false],
    ['the next word', ' is the capital', false],
    ['nothing', '', false],
  ])('is looked for in what comes: %s', async (_, content, isContinued) => {
    const { judge, bodies } = await setUp(answering(content), {
      capabilities: { prefill: 'continue_final_message' },
    });
    expect(await judge.lookAtContinuation?.()).toMatchObject({ isContinued });
    expect(bodies()[0]).toMatchObject({
      continue_final_message: true,
      add_generation_prompt: false,
      messages: [{ role: 'user' }, { role: 'assistant', content: BEGUN }],
    });
  });

  it('is not looked for where it is not continued', async () => {
    const { judge } = await setUp();
    expect(judge.lookAtContinuation).toBeUndefined();
  });
});

describe('one paid request', () => {
  it('with too little on the choices is kept, so that a lower bound costs nothing', async () => {
    const kept = new Map<string, unknown>();
    const once = async <Reply>(part: string, request: () => Promise<Reply>): Promise<Reply> => {
      if (!kept.has(part)) kept.set(part, await request());
      return kept.get(part) as Reply;
    };
    const { judge, server, bodies } = await setUp({}, { minCoveredMass: 0.99 });
    await expect(judge.ask(question, { once })).rejects.toThrow(
      /only 0\.960 of the token probability .* below minCoveredMass 0\.99/,
    );
    const lower = createOpenaiJudge('qwen3-vl', judgeOptions({ baseUrl: server.baseUrl }));
    expect((await lower.ask(question, { once })).coveredMass).toBeCloseTo(0.96, 9);
    expect(bodies()).toHaveLength(1);
  });

  it('that was cut off before it answered is not kept, and asked for again', async () => {
    const kept = new Map<string, unknown>();
    const once = async <Reply>(part: string, request: () => Promise<Reply>): Promise<Reply> => {
      if (!kept.has(part)) kept.set(part, await request());
      return kept.get(part) as Reply;
    };
    const cut = TOKEN_SHAPES.find(({ name }) => name === 'reasoning cut at the limit');
    const { judge } = await setUp({ fault: (index) => (index === 0 ? cut : undefined) });
    await expect(judge.ask(question, { once })).rejects.toThrow(
      /token limit while it still reasoned; raise judgeOptions\.maxTokens/,
    );
    expect(kept.size).toBe(0);
    expect((await judge.ask(question, { once })).coveredMass).toBeCloseTo(0.96, 9);
  });

  it('goes through `once`, so that what was bought is not bought again', async () => {
    const { judge, bodies } = await setUp(
      { severalSamples: false },
      { probabilities: 'samples', samples: 4 },
    );
    const kept = new Map<string, string>();
    const once = async <Reply>(part: string, request: () => Promise<Reply>): Promise<Reply> => {
      const before = kept.get(part);
      if (before) return JSON.parse(before) as Reply;
      const reply = await request();
      kept.set(part, JSON.stringify(reply));
      return reply;
    };
    const first = await judge.ask(question, { once });
    const again = await judge.ask(question, { once });
    expect(bodies()).toHaveLength(4);
    expect(again.probabilities).toEqual(first.probabilities);
    const other = createOpenaiJudge(
      'qwen3-vl',
      judgeOptions({ baseUrl: server?.baseUrl, probabilities: 'samples', samples: 6 }),
    );
    await other.ask(question, { once });
    expect(bodies()).toHaveLength(6);
  });

  it('of earlier settings does not say how many samples the endpoint gives at once', async () => {
    const { judge, bodies } = await setUp({}, { probabilities: 'samples', samples: 4 });
    const kept = new Map<string, unknown>();
    const once = async <Reply>(part: string, request: () => Promise<Reply>): Promise<Reply> => {
      if (!kept.has(part)) kept.set(part, await request());
      return kept.get(part) as Reply;
    };
    await judge.ask(question, { once });
    const more = createOpenaiJudge(
      'qwen3-vl',
      judgeOptions({ baseUrl: server?.baseUrl, probabilities: 'samples', samples: 12 }),
    );
    expect((await more.ask(question, { once })).samples).toBe(12);
    expect(bodies().map(({ n }) => n)).toEqual([4, 4, 4]);
    expect((await more.ask(question, {})).samples).toBe(12);
    expect(bodies().map(({ n }) => n)).toEqual([4, 4, 4, 12]);
  });
});
