import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { endpointRow, endpointRows } from '../../src/judges/openai/endpoints.ts';
import { joinedFields } from '../../src/judges/openai/joined-fields.ts';
import { createOpenaiJudge } from '../../src/judges/openai.ts';
import type { Question } from '../../src/judges/question.ts';
import { picture } from '../images/pictures.ts';
import {
  type ChatRequestBody,
  type OpenaiServer,
  type OpenaiServerOptions,
  startOpenaiServer,
} from '../servers/openai.ts';
import { startTunnel, type Tunnel } from '../servers/tunnel.ts';
import { judgeOptions } from './options.ts';
import { judgeImage, qualityQuestion } from './questions.ts';

const question = qualityQuestion([judgeImage('query', picture(40, 30))]);
const prefilled: Question = { ...question, prefill: 'The quality of the image is' };

const PROXIES = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'NO_PROXY'];

let server: OpenaiServer | undefined;
let tunnel: Tunnel | undefined;
beforeEach(() => {
  for (const name of PROXIES) {
    vi.stubEnv(name, undefined);
    vi.stubEnv(name.toLowerCase(), undefined);
  }
});
afterEach(async () => {
  vi.unstubAllEnvs();
  tunnel?.close();
  await server?.close();
});

/** A judge at a vendor's own address, where a local server answers. */
async function at(
  host: string,
  options: object = {},
  serverOptions: OpenaiServerOptions = {},
  model = 'a-model',
) {
  server = await startOpenaiServer(serverOptions);
  tunnel = await startTunnel(server.url);
  vi.stubEnv('HTTP_PROXY', `http://${tunnel.address}`);
  const baseUrl = `http://${host}/v1`;
  const judge = createOpenaiJudge(model, judgeOptions({ baseUrl, ...options }));
  return { judge, bodies: () => server?.requests.map(({ body }) => body as ChatRequestBody) ?? [] };
}

const lastMessage = (body: ChatRequestBody | undefined) => body?.messages.at(-1);

describe('the table of endpoints', () => {
  it.each([
    ['https://api.openai.com/v1', 'OpenAI'],
    ['https://eu.api.openai.com/v1', 'OpenAI'],
    ['https://api.x.ai/v1', 'xAI'],
    ['https://API.X.AI:443/v1', 'xAI'],
    ['https://api.x.ai./v1', 'xAI'],
    ['https://us-east-1.api.x.ai/v1', 'xAI'],
    ['https://my-resource.openai.azure.com/openai/v1', 'Azure OpenAI'],
    ['https://my-resource.services.ai.azure.com/openai/v1', 'Azure OpenAI'],
    ['https://api.groq.com/openai/v1', 'Groq'],
    ['https://api.mistral.ai/v1', 'Mistral'],
    ['https://dashscope-intl.aliyuncs.com/compatible-mode/v1', 'DashScope'],
    ['https://cn-hongkong.dashscope.aliyuncs.com/compatible-mode/v1', 'DashScope'],
    ['https://ws-1.ap-southeast-1.maas.aliyuncs.com/compatible-mode/v1', 'DashScope'],
    ['https://api.together.xyz/v1', 'Together'],
    ['https://api.fireworks.ai/inference/v1', 'Fireworks'],
    ['https://openrouter.ai/api/v1', 'OpenRouter'],
    ['https://generativelanguage.googleapis.com/v1beta/openai', 'Google AI Studio'],
  ])('%s is %s', (endpoint, name) => {
    expect(endpointRow(endpoint)?.name).toBe(name);
  });

  it.each([
    'https://api.x.ai.evil.com/v1',
    'https://evilapi.x.ai/v1',
    'https://x.ai/v1',
    'https://api.xxai/v1',
    'https://apiqx.ai/v1',
    'https://evilopenai.azure.com/v1',
    'https://openai.azure.com/v1',
    'https://notopenai.com/v1',
    'https://openai.com.example.org/v1',
    'https://example.org/api.groq.com/v1',
    'http://127.0.0.1:8000/v1',
    'http://[::1]:8000/v1',
  ])('says nothing of %s', (endpoint) => {
    expect(endpointRow(endpoint)).toBeUndefined();
  });

  it('names each host once, and every row in the document', () => {
    const hosts = endpointRows().flatMap((row) => row.hosts);
    expect(new Set(hosts).size).toBe(hosts.length);
    const document = readFileSync('docs/judges.md', 'utf8');
    const names = endpointRows().map(({ name }) => name);
    expect(names.filter((name) => !document.includes(`| ${name} |`))).toEqual([]);
  });
});

describe('what the table says of an endpoint is kept to', () => {
  it.each([
    ['api.x.ai', 8],
    ['my-resource.openai.azure.com', 5],
    ['dashscope-intl.aliyuncs.com', 5],
    ['api.fireworks.ai', 5],
    ['api.x.ai.evil.com', 20],
  ])('%s is asked for %d tokens at each position', async (host, count) => {
    const { judge, bodies } = await at(host);
    expect(await judge.ask(question, {})).toMatchObject({ source: 'logprobs' });
    expect(bodies()[0]).toMatchObject({ logprobs: true, top_logprobs: count });
  });

  it('for fewer tokens where the user wants fewer, for more where the user knows better', async () => {
    const fewer = await at('api.x.ai', { topLogprobs: 4 });
    await fewer.judge.ask(question, {});
    expect(fewer.bodies()[0]).toMatchObject({ top_logprobs: 4 });
    tunnel?.close();
    await server?.close();
    const more = await at('api.x.ai', { capabilities: { topLogprobs: 20 } });
    await more.judge.ask(question, {});
    expect(more.bodies()[0]).toMatchObject({ top_logprobs: 20 });
  });

  it.each([
    ['api.x.ai', false],
    ['far.test', true],
  ])('%s gets stop words: %s', async (host, isSent) => {
    const options = { probabilities: 'samples', capabilities: { prefill: 'last-message' } };
    const { judge, bodies } = await at(host, options);
    await judge.ask(prefilled, {});
    expect(bodies()[0]?.stop !== undefined).toBe(isSent);
  });

  it('Azure has the newer field for the longest reply, whatever a deployment is called', async () => {
    const { judge, bodies } = await at('my-resource.openai.azure.com', {}, {}, 'my-deployment');
    await judge.ask(question, {});
    expect(bodies()[0]).toMatchObject({ max_completion_tokens: 16 });
    expect(bodies()[0]).not.toHaveProperty('max_tokens');
  });

  it('Groq is sampled, one reply a request', async () => {
    const { judge, bodies } = await at('api.groq.com');
    const answer = await judge.ask(question, {});
    expect(answer).toMatchObject({
      source: 'samples',
      samples: 8,
      asked: { probabilities: 'auto', requests: 8 },
    });
    for (const body of bodies()) {
      expect(body).not.toHaveProperty('n');
      expect(body).not.toHaveProperty('logprobs');
    }
  });

  it.each([
    ['api.groq.com', 'Groq'],
    ['api.mistral.ai', 'Mistral'],
    ['generativelanguage.googleapis.com', 'Google AI Studio'],
  ])('token probabilities of %s are refused before anything is asked', async (host, name) => {
    const options = { baseUrl: `https://${host}/v1`, probabilities: 'logprobs' };
    expect(() => createOpenaiJudge('m', judgeOptions(options))).toThrow(
      new RegExp(
        `^judge: "openai:m": ${name} gives no token probabilities \\(https://.*, 2026-\\d\\d-\\d\\d\\); set judgeOptions\\.probabilities to samples or auto, or judgeOptions\\.capabilities\\.logprobs to true where it gives them by now$`,
      ),
    );
    const knowing = judgeOptions({ ...options, capabilities: { logprobs: true } });
    expect(createOpenaiJudge('m', knowing).id).toBe('openai:m');
  });

  it.each([
    ['api.mistral.ai', { prefix: true }, 'samples'],
    ['dashscope.aliyuncs.com', { partial: true }, 'logprobs'],
  ])('%s is told to go on with a begun reply', async (host, mark, source) => {
    const { judge, bodies } = await at(host);
    const answer = await judge.ask(prefilled, {});
    expect(answer).toMatchObject({ source, asked: { reply: 'prefilled' } });
    expect(lastMessage(bodies()[0])).toEqual({
      role: 'assistant',
      content: 'The quality of the image is',
      ...mark,
    });
    await judge.lookAtContinuation?.();
    expect(lastMessage(bodies().at(-1))).toMatchObject({ role: 'assistant', ...mark });
  });

  it('Together is asked in its own form, and its own form is read', async () => {
    const { judge, bodies } = await at(
      'api.together.xyz',
      {},
      {
        reply: () => ({
          status: 200,
          body: {
            id: 'oEiAe3e-4yUbBN-9',
            object: 'chat.completion',
            model: 'Qwen/Qwen3-VL-8B-Instruct',
            choices: [
              {
                index: 0,
                finish_reason: 'eos',
                message: { role: 'assistant', content: 'poor', tool_calls: [] },
                logprobs: {
                  token_ids: [5368, 151645],
                  tokens: ['poor', '<|im_end|>'],
                  token_logprobs: [Math.log(0.7), -0.001],
                  top_logprobs: [
                    { poor: Math.log(0.7), good: Math.log(0.2), Good: Math.log(0.05) },
                    { '<|im_end|>': -0.001 },
                  ],
                },
              },
            ],
            usage: { prompt_tokens: 500, completion_tokens: 2, total_tokens: 502 },
          },
        }),
      },
    );
    const answer = await judge.ask(question, {});
    expect(bodies()[0]).toMatchObject({ logprobs: 20 });
    expect(bodies()[0]).not.toHaveProperty('top_logprobs');
    // 0.25 of 0.95 for good.
    expect(answer.probabilities?.[0]).toBeCloseTo(0.263157894736842, 9);
    expect(answer.coveredMass).toBeCloseTo(0.95, 9);
  });

  it('OpenRouter takes only routes that give what is asked for, beside what the user says of routes', async () => {
    const request = { provider: { order: ['deepinfra'] }, seed_of_mine: 1 };
    const { judge, bodies } = await at('openrouter.ai', { request });
    await judge.ask(question, {});
    expect(bodies()[0]).toMatchObject({
      provider: { require_parameters: true, order: ['deepinfra'] },
      seed_of_mine: 1,
    });
    const { scale: _, ...base } = { ...question, scale: undefined };
    const fields = { ...base, dimensions: ['sharpness'] };
    await judge.ask(fields, {}).catch(() => {});
    expect(bodies()[1]).toMatchObject({ provider: { order: ['deepinfra'] }, n: 8 });
    expect(bodies()[1]).not.toHaveProperty('provider.require_parameters');
  });

  it('Google gives eight replies a request', async () => {
    const { judge, bodies } = await at(
      'generativelanguage.googleapis.com',
      { samples: 20 },
      {},
      'gemini-2.5-flash',
    );
    await judge.ask(question, {});
    const counts = bodies().map(({ n }) => n);
    expect(counts.sort()).toEqual([8, 8, 4].sort());
  });
});

describe('what answers are kept under', () => {
  const identityAt = (host: string, options: object = {}, model = 'm') =>
    createOpenaiJudge(model, judgeOptions({ baseUrl: `https://${host}/v1`, ...options })).identity;
  const SAMPLES = { probabilities: 'samples' };

  it.each(['api.x.ai', 'api.groq.com', 'api.together.xyz', 'openrouter.ai', 'far.test'])(
    'is for samples at %s what it was before the table knew the endpoint',
    (host) => {
      expect(JSON.stringify(identityAt(host, SAMPLES))).toBe(
        JSON.stringify({
          endpoint: `https://${host}/v1`,
          source: 'samples',
          capabilities: { prefill: 'none', effort: false },
          maxTokens: 16,
        }),
      );
    },
  );

  it('is at Azure what it was where as many tokens are asked for as it gives', () => {
    const known = {
      logprobs: true,
      prefill: 'none',
      temperature: true,
      effort: false,
      severalSamples: true,
    };
    const capabilities = (options: object) =>
      JSON.stringify(identityAt('a.openai.azure.com', options, 'gpt-4.1')?.capabilities);
    expect(capabilities({ topLogprobs: 5 })).toBe(JSON.stringify(known));
    expect(capabilities(SAMPLES)).toBe(JSON.stringify(known));
    expect(capabilities({ topLogprobs: 6 })).toBe(JSON.stringify({ ...known, topLogprobs: 5 }));
  });

  it('is another one where the table changes what is sent', () => {
    const continued = { ...SAMPLES, capabilities: { prefill: 'last-message' } };
    expect(identityAt('api.x.ai', continued)?.capabilities).toMatchObject({ stop: false });
    expect(identityAt('api.mistral.ai', SAMPLES)?.capabilities).toMatchObject({
      prefill: 'prefix',
    });
    expect(identityAt('openrouter.ai')).toHaveProperty('logprobsRequest');
  });
});

describe('what was applied is said', () => {
  const noteAt = (host: string, options: object = {}) =>
    createOpenaiJudge('m', judgeOptions({ baseUrl: `https://${host}/v1`, ...options }))
      .endpointNote;

  it('with its source and day, and what the user says instead', () => {
    expect(noteAt('api.x.ai')).toBe(
      'xAI: at most 8 tokens at each position, no stop, batches by its own interface (xai); known from https://docs.x.ai/docs/api-reference on 2026-11-25',
    );
    expect(noteAt('api.x.ai', { capabilities: { topLogprobs: 20, prefill: 'none' } })).toBe(
      'xAI: no stop, batches by its own interface (xai); instead, by judgeOptions.capabilities, at most 20 tokens at each position; known from https://docs.x.ai/docs/api-reference on 2026-11-25',
    );
    expect(noteAt('openrouter.ai')).toMatch(
      /^OpenRouter: token probabilities with \{"provider":\{"require_parameters":true\}\}, batches by its own interface \(openrouter\); known from /,
    );
    expect(noteAt('api.x.ai', { api: 'responses' })).toMatch(
      /^xAI: at most 8 tokens at each position; known from/,
    );
    expect(noteAt('api.x.ai', { batch: { engine: 'openai' } })).toMatch(
      /^xAI: at most 8 tokens at each position, no stop; known from/,
    );
    expect(noteAt('far.test')).toBeUndefined();
  });
});

describe('fields of two requests', () => {
  it('are joined object by object, and those of the user hold', () => {
    expect(
      joinedFields(
        { provider: { a: 1, b: [1] }, c: { d: 1 }, e: 1 },
        { provider: { b: [2], f: null }, c: 'text', g: 2 },
      ),
    ).toEqual({ provider: { a: 1, b: [2], f: null }, c: 'text', e: 1, g: 2 });
    expect(joinedFields(undefined, undefined)).toEqual({});
  });
});
