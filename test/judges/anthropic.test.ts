import type { MessageCreateParamsNonStreaming } from '@anthropic-ai/sdk/resources/messages';
import { afterEach, describe, expect, it } from 'vitest';
import { readMessageReply } from '../../src/judges/anthropic/message-reply.ts';
import { createAnthropicJudge } from '../../src/judges/anthropic.ts';
import { picture } from '../images/pictures.ts';
import { type AnthropicServerOptions, startAnthropicServer } from '../servers/anthropic.ts';
import type { LocalServer } from '../servers/server.ts';
import { judgeContract } from './contract.ts';
import { judgeOptions } from './options.ts';
import { FIVE_LEVELS, judgeImage, qualityQuestion, similarityQuestion } from './questions.ts';

let server: LocalServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function setUp(serverOptions: AnthropicServerOptions = {}, options: object = {}) {
  server = await startAnthropicServer(serverOptions);
  const judge = createAnthropicJudge(
    'claude-test',
    judgeOptions({ baseUrl: server.url, ...options }),
  );
  const bodies = () =>
    server?.requests.map(({ body }) => body as MessageCreateParamsNonStreaming) ?? [];
  return { judge, bodies };
}

const images = [judgeImage('conditional', picture(30, 40)), judgeImage('query', picture(40, 30))];
const quality = qualityQuestion(images);
const similarity = similarityQuestion(images);

describe('the anthropic judge keeps the contract', () => {
  it.each(judgeContract)('$name', async ({ check }) => {
    const { judge } = await setUp({ probability: () => 1 });
    await check(judge);
  });
});

describe('the anthropic judge', () => {
  it('draws samples, one request each, and says what it paid', async () => {
    const { judge, bodies } = await setUp({ probability: () => 0.7 }, { samples: 40 });
    const answer = await judge.ask(quality, {});
    expect(bodies()).toHaveLength(40);
    const [p = 0] = answer.probabilities ?? [];
    expect(answer).toMatchObject({
      source: 'samples',
      samples: 40,
      invalidSamples: 0,
      model: 'claude-test-20261101',
      asked: { probabilities: 'auto', reply: 'constrained', requests: 40 },
      usage: {
        inputTokens: 40 * 1020,
        outputTokens: 40 * 8,
        cachedInputTokens: 39 * 1000,
        cacheWriteTokens: 1000,
      },
    });
    expect(answer.standardError).toBeCloseTo(Math.sqrt((p * (1 - p)) / 40), 12);
  });

  it('constrains the answer, refuses scaled-down images and sets no temperature', async () => {
    const { judge, bodies } = await setUp({}, { samples: 1, effort: 'low' });
    await judge.ask({ ...quality, system: 'You are an expert.' }, {});
    expect(bodies()[0]).toMatchObject({
      model: 'claude-test',
      max_tokens: 4096,
      system: 'You are an expert.',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image', transformations: { oversized_image: 'error' } },
            {
              type: 'image',
              transformations: { oversized_image: 'error' },
              cache_control: { type: 'ephemeral' },
            },
            { type: 'text', text: 'Good or poor?' },
            { type: 'text', text: 'Answer with one of these words and nothing else: good, poor.' },
          ],
        },
      ],
      output_config: {
        effort: 'low',
        format: {
          type: 'json_schema',
          schema: { properties: { answer: { type: 'string', enum: ['good', 'poor'] } } },
        },
      },
    });
    const [first] = (bodies()[0]?.messages[0]?.content ?? []) as object[];
    expect(first).not.toHaveProperty('cache_control');
  });

  it('lets all samples of one question read the images from the cache, and no other question’s', async () => {
    const { judge, bodies } = await setUp({}, { samples: 4 });
    const answers = await Promise.all([judge.ask(quality, {}), judge.ask(similarity, {})]);
    expect(bodies()).toHaveLength(8);
    const sum = (field: 'cachedInputTokens' | 'cacheWriteTokens') =>
      answers.map(({ usage }) => usage?.[field] ?? 0);
    expect(sum('cacheWriteTokens')).toEqual([1000, 1000]);
    expect(sum('cachedInputTokens')).toEqual([3000, 3000]);
  });

  it('allows the answers of the question that it asks and no other, in their order', async () => {
    const { judge, bodies } = await setUp({ probability: () => 1 }, { samples: 1 });
    const { choices: _, ...unanswered } = quality;
    await judge.ask(quality, {});
    await judge.ask(similarity, {});
    await judge.ask(qualityQuestion(images, FIVE_LEVELS), {});
    await judge.ask({ ...unanswered, scale: { min: 0, max: 100 } }, {});
    const allowed = bodies().map(({ output_config }) => output_config?.format?.schema.properties);
    expect(allowed).toEqual([
      { answer: { type: 'string', enum: ['good', 'poor'] } },
      { answer: { type: 'string', enum: ['Yes', 'No'] } },
      { answer: { type: 'string', enum: ['excellent', 'good', 'fair', 'poor', 'bad'] } },
      { answer: { type: 'number' } },
    ]);
  });

  it('draws a refused sample again, counts it, and quotes the vendor when too many are', async () => {
    const once = await setUp({ fault: (index) => (index === 2 ? 'refusal' : undefined) });
    expect(await once.judge.ask(quality, {})).toMatchObject({
      samples: 8,
      invalidSamples: 1,
      asked: { requests: 9 },
    });
    await server?.close();
    const always = await setUp({ fault: () => 'refusal' });
    await expect(always.judge.ask(quality, {})).rejects.toThrow(
      /8 of 8 sampled answers were not one of good, poor \(refused: I will not rate this person\.\)/,
    );
  });

  it('takes no other question’s answer for one of this question', async () => {
    const { judge } = await setUp({
      reply: () => undefined,
      probability: () => 1,
    });
    const asked = {
      ...quality,
      content: [{ text: 'x nothing else: Yes, No.' }, ...quality.content],
    };
    await expect(judge.ask(asked, {})).rejects.toThrow(/not one of good, poor \("Yes"\)/);
  });

  it.each<[string, object, RegExp]>([
    [
      'token probabilities',
      { probabilities: 'logprobs' },
      /Anthropic gives no token probabilities/,
    ],
    ['an unknown effort', { effort: 'none' }, /Anthropic knows low, medium/],
  ])('refuses %s before anything is asked', (_, options, message) => {
    expect(() => createAnthropicJudge('claude-test', judgeOptions(options))).toThrow(message);
  });
});

describe('an Anthropic reply without contents', () => {
  const reply = (stop_reason: string, content: unknown = []) =>
    readMessageReply({ id: 'msg_1', type: 'message', model: 'm', content, stop_reason }).samples;

  it.each([[[]], [null]])('that the token limit ended is one that was cut off: %j', (content) => {
    expect(reply('max_tokens', content)).toEqual([{ text: '', cutOff: true }]);
  });

  it('that was refused says so', () => {
    expect(reply('refusal', null)).toEqual([{ text: '', refused: 'stop_reason refusal' }]);
  });

  it('for no reason that it tells is none', () => {
    expect(() => reply('end_turn')).toThrow('its list of contents is empty');
  });
});
