import { describe, expect, it } from 'vitest';
import { engineOfHost } from '../../src/judges/batch/engine-of.ts';
import { createJudge } from '../../src/judges/index.ts';
import { judgeOptionsSchema } from '../../src/judges/judge-options.ts';
import type { PixelWork } from '../../src/judges/pixel-work.ts';
import { startAnthropicBatchServer } from '../servers/anthropic-batch.ts';
import { startGoogleBatchServer } from '../servers/google-batch.ts';
import { startMistralBatchServer } from '../servers/mistral-batch.ts';
import { startOpenaiBatchServer } from '../servers/openai-batch.ts';
import { startOpenrouterBatchServer } from '../servers/openrouter-batch.ts';
import { startTogetherBatchServer } from '../servers/together-batch.ts';
import { startXaiBatchServer } from '../servers/xai-batch.ts';
import { type EngineUnderTest, engineContract, openWorld, within } from './engine-contract.ts';

const TWO_MINUTES_MS = 120_000;
const NO_PIXELS = {} as PixelWork;

let replies = 0;
const chatReply = (content: string) => {
  replies += 1;
  return {
    id: `chatcmpl-${replies}`,
    object: 'chat.completion',
    created: 1_787_150_442,
    model: 'the-model',
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }],
    usage: { prompt_tokens: 900, completion_tokens: 1, total_tokens: 901 },
  };
};
const message = (text: string) => {
  replies += 1;
  return {
    id: `msg_${replies}`,
    type: 'message',
    role: 'assistant',
    model: 'claude-opus-4-6',
    content: [{ type: 'text', text }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 900, output_tokens: 4 },
  };
};

const candidate = (text: string) => {
  replies += 1;
  return {
    candidates: [{ content: { role: 'model', parts: [{ text }] }, finishReason: 'STOP' }],
    modelVersion: 'gemini-3-flash',
    responseId: `r${replies}`,
    usageMetadata: { promptTokenCount: 1100, candidatesTokenCount: 4, totalTokenCount: 1104 },
  };
};

const ofOpenaiProtocol = {
  reply: chatReply,
  refusesLater: true,
  cancels: true,
};

const ENGINES: readonly EngineUnderTest[] = [
  {
    ...{ name: 'OpenAI', judge: 'openai:gpt-4.1', start: startOpenaiBatchServer },
    ...ofOpenaiProtocol,
    endings: { expired: 'expired', cancelled: 'cancelled' },
  },
  {
    ...{ name: 'xAI', judge: 'openai:grok-4.3', engine: 'xai', start: startXaiBatchServer },
    ...ofOpenaiProtocol,
    endings: { expired: 'cancelled', cancelled: 'cancelled' },
  },
  {
    ...{ name: 'Together', judge: 'openai:Qwen/Qwen3-VL-8B-Instruct', engine: 'together' },
    start: startTogetherBatchServer,
    ...ofOpenaiProtocol,
    endings: { expired: 'EXPIRED', cancelled: 'CANCELLED' },
  },
  {
    ...{ name: 'Mistral', judge: 'openai:pixtral-large', engine: 'mistral' },
    start: startMistralBatchServer,
    ...ofOpenaiProtocol,
    endings: { expired: 'TIMEOUT_EXCEEDED', cancelled: 'CANCELLED' },
  },
  {
    ...{ name: 'OpenRouter', judge: 'openai:google/gemini-2.5-flash', engine: 'openrouter' },
    start: startOpenrouterBatchServer,
    ...ofOpenaiProtocol,
    endings: { expired: 'expired', cancelled: 'cancelled' },
    cancels: false,
  },
  {
    ...{ name: 'Anthropic', judge: 'anthropic:claude-opus-4-6', reply: message },
    start: async (options) => {
      const server = await startAnthropicBatchServer(options);
      return { ...server, baseUrl: server.url };
    },
    refusesLater: false,
    cancels: true,
  },
  {
    ...{ name: 'Google', judge: 'google:gemini-3-flash', start: startGoogleBatchServer },
    reply: candidate,
    endings: { expired: 'EXPIRED', cancelled: 'CANCELLED' },
    refusesLater: true,
    cancels: true,
  },
];

describe.each(ENGINES)('the batch engine of $name', (engine) => {
  for (const { name, check } of engineContract) it(name, () => check(engine), TWO_MINUTES_MS);
});

describe('OpenRouter', () => {
  const openrouter = ENGINES.find(({ name }) => name === 'OpenRouter');
  const under = {
    ...openrouter,
    reply: (text: string) => ofModel('google/gemini-2.5-flash:batch', text),
  };
  const ofModel = (model: string, text: string) => ({ ...chatReply(text), model });

  it('is waited for when it does not know a batch yet, and its replies are of the model that was asked', async () => {
    let polls = 0;
    const intercept = (request: string) => {
      if (request !== 'GET /api/beta/batches/batch_1') return undefined;
      polls += 1;
      return polls === 1 ? { status: 404, json: { error: { message: 'not found' } } } : undefined;
    };
    await within(openWorld(under as EngineUnderTest, { intercept }), async (world) => {
      await world.write(2);
      await world.submit();
      await world.collect();
      expect(world.outcomes(2)).toEqual(['poor', 'good']);
      expect(world.models(2)).toEqual(['google/gemini-2.5-flash', 'google/gemini-2.5-flash']);
      expect(world.server.submitted[0]?.body).not.toHaveProperty('model');
    });
  });
});

describe('xAI', () => {
  const xai = ENGINES.find(({ name }) => name === 'xAI') as EngineUnderTest;

  it('has not ended a batch of which it has read some requests only, although none of them is pending', async () => {
    const state = { num_requests: 1, num_pending: 0, num_success: 1 };
    const intercept = (request: string) =>
      request === 'GET /v1/batches/half'
        ? { status: 200, json: { batch_id: 'half', state } }
        : undefined;
    await within(openWorld(xai, { intercept }), async ({ engine }) => {
      expect(await engine.status('half', 2)).toMatchObject({ hasEnded: false, done: 1 });
      expect(await engine.status('half', 1)).toMatchObject({ hasEnded: true, done: 1 });
    });
  });
});

/** A page of a list may be empty, and others come behind it. */
describe.each([
  ['xAI', 'GET /v1/batches', { batches: [], pagination_token: 'next' }],
  ['Google', 'GET /v1beta/batches', { operations: [], nextPageToken: 'next' }],
])('%s', (named, list, json) => {
  const under = ENGINES.find(({ name }) => name === named) as EngineUnderTest;

  it('finds a batch behind an empty page of its list', async () => {
    let lists = 0;
    const intercept = (request: string) => {
      if (request !== list) return undefined;
      lists += 1;
      return lists === 1 ? { status: 200, json } : undefined;
    };
    await within(openWorld(under, { intercept }), async (world) => {
      await world.write(2);
      await world.submit();
      const [made] = world.records.batches('submitted');
      const sent = { label: `${made?.mark}${made?.id}`, requests: 2, sinceMs: Date.now() };
      const found = await world.engine.find({ ...sent, isKnown: () => false });
      expect(found).toBe(made?.vendor_id);
      expect(lists).toBe(2);
    });
  });
});

describe('what a configuration says of batches', () => {
  const judgeOf = (judge: string, options: object) =>
    createJudge({ judge, judgeOptions: judgeOptionsSchema.parse(options) }, NO_PIXELS);

  it.each([
    ['statistical', { batch: { maxRequests: 5 } }, 'this judge has no batch engine'],
    [
      'google:gemini-3-flash',
      { batch: {}, vertex: { project: 'p', location: 'global' } },
      'this judge has no batch engine',
    ],
    ['anthropic:claude-opus-4-6', { batch: { engine: 'xai' } }, 'found "xai"'],
    ['google:gemini-3-flash', { batch: { engine: 'openai' } }, 'found "openai"'],
  ])('is refused by %s with %j', (judge, options, why) => {
    expect(() => judgeOf(judge, options)).toThrow(why);
  });

  it.each([
    [{ maxRequests: 0 }],
    [{ maxFileBytes: 1.5 }],
    [{ engine: 'azure' }],
    [{ maxRequest: 5 }],
  ])('is no %j', (batch) => {
    expect(judgeOptionsSchema.safeParse({ batch }).success).toBe(false);
  });

  it('gives the limits of the engine', () => {
    const batch = { maxRequests: 20, maxFileBytes: 5_000_000 };
    expect(judgeOf('openai:m', { batch }).batch?.engine.limits).toEqual({
      requests: 20,
      bytes: 5_000_000,
    });
    expect(judgeOf('openai:m', {}).batch?.engine.limits).toEqual({
      requests: 50_000,
      bytes: 200_000_000,
    });
  });
});

it.each([
  ['https://api.openai.com/v1', 'openai'],
  ['https://api.x.ai/v1', 'xai'],
  ['https://eu-west-1.api.x.ai/v1', 'xai'],
  ['https://max.ai/v1', 'openai'],
  ['https://api.x.ai.example.com/v1', 'openai'],
  ['https://api.together.xyz/v1', 'together'],
  ['https://api.together.ai/v1', 'together'],
  ['https://api.nottogether.ai/v1', 'openai'],
  ['https://openrouter.ai.example.com/api/v1', 'openai'],
  ['https://api.mistral.ai/v1', 'mistral'],
  ['https://openrouter.ai/api/v1', 'openrouter'],
  ['http://127.0.0.1:8000/v1', 'openai'],
])('knows the engine of %s by its host: %s', (endpoint, engine) => {
  expect(engineOfHost(endpoint)).toBe(engine);
});
