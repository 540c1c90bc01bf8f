import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  formatMessage,
  MESSAGE_FORMATS,
  messageFormatOf,
} from '../../providers/judges/promptfoo/message-format.ts';
import { createPromptfooJudge } from '../../providers/judges/promptfoo.ts';
import { picture } from '../images/pictures.ts';
import { startOpenaiServer } from '../servers/openai.ts';
import { judgeContract } from './contract.ts';
import { judgeOptions } from './options.ts';
import { judgeImage, qualityQuestion } from './questions.ts';

/** A provider as a user writes one: answers the first word offered, or as its configuration says. */
const PROVIDER = `
export default class {
  constructor({ config }) { this.config = config; this.calls = 0; }
  id() { return 'my-provider'; }
  async callApi(prompt, context, options) {
    const { mode } = this.config;
    if (mode === 'hang') return new Promise(() => {});
    if (mode === 'error') return { error: this.config.error };
    if (mode === 'throw') throw new Error('out of paper');
    if (mode === 'refuse') return { output: 'I would rather not.', isRefusal: true };
    if (mode === 'cached') return { output: 'good', cached: true };
    const [message] = JSON.parse(prompt).slice(-1);
    const text = message.content.filter((p) => p.type === 'text').map((p) => p.text).join(' ');
    const words = text.match(/nothing else: ([^.]+)\\./)?.[1].split(', ');
    const order = ['good', 'excellent', 'Yes'];
    const output = words ? words.find((w) => order.includes(w)) : '50';
    return { output, tokenUsage: { prompt: 10, completion: 1, total: 11 }, raw: { model: 'mine-1' } };
  }
}`;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-promptfoo-judge-'));
  await writeFile(join(folder, 'judge.mjs'), PROVIDER);
});
afterAll(() => rm(folder, { recursive: true }));

const judge = (request: object = {}, options: object = {}) =>
  createPromptfooJudge('file://judge.mjs', judgeOptions({ request, ...options }), folder);

const images = [judgeImage('conditional', picture(30, 40)), judgeImage('query', picture(40, 30))];
const question = { ...qualityQuestion(images), system: 'You are an expert.' };

describe('the promptfoo judge keeps the contract', () => {
  it.each(judgeContract)('$name', ({ check }) => check(judge()));
});

describe('the promptfoo judge', () => {
  it('samples the provider and records the model that its answer names', async () => {
    expect(await judge().ask(question, {})).toMatchObject({
      probabilities: [1, 0],
      source: 'samples',
      samples: 8,
      model: 'mine-1',
      usage: { inputTokens: 80, outputTokens: 8 },
      asked: { reply: 'instructed', requests: 8 },
    });
  });

  it.each<[string, object, RegExp]>([
    [
      'an error',
      { mode: 'error', error: 'the disk is full' },
      /file:\/\/judge\.mjs: the disk is full; mend what the provider needs/,
    ],
    ['an exception', { mode: 'throw' }, /out of paper/],
    ['a refusal', { mode: 'refuse' }, /refused: I would rather not\./],
    ['a copy from a cache', { mode: 'cached' }, /a copy from the cache of promptfoo/],
    ['silence', { mode: 'hang' }, /no reply within 500 ms/],
  ])('turns %s into an error', async (_, request, message) => {
    await expect(judge(request, { timeoutMs: 500 }).ask(question, {})).rejects.toThrow(message);
  });

  it("of one's own is told apart from others of its name, and from itself after a change", async () => {
    const identityOf = (name: string) =>
      createPromptfooJudge(`file://${name}`, judgeOptions(), folder).identity;
    await writeFile(join(folder, 'mine.mjs'), PROVIDER);
    const before = identityOf('mine.mjs');
    expect(identityOf('mine.mjs')).toEqual(before);
    await writeFile(join(folder, 'mine.mjs'), `${PROVIDER}\n`);
    expect(identityOf('mine.mjs')).not.toEqual(before);
    const listed = (at: string) =>
      createPromptfooJudge('google:gemini-2.5-pro', judgeOptions(), at).identity;
    expect(listed('/a')).toEqual(listed('/b'));
  });

  it('asks no more after a refused key', async () => {
    const refused = judge({ mode: 'error', error: 'API error: 401 Unauthorized' }, { samples: 1 });
    await expect(refused.ask(question, {})).rejects.toThrow(/nothing more is asked of this judge/);
    await expect(refused.ask(question, {})).rejects.toThrow(/HTTP 401: API error: 401/);
  });

  it('says so when promptfoo knows no such provider', async () => {
    const unknown = createPromptfooJudge('no-such-thing:x', judgeOptions(), folder);
    await expect(unknown.ask(question, {})).rejects.toThrow(/promptfoo cannot load the provider/);
  });

  it('refuses token probabilities before anything is asked', () => {
    expect(() => judge({}, { probabilities: 'logprobs' })).toThrow(
      /hand out no token probabilities/,
    );
  });

  it('draws from the model’s own distribution through a provider of promptfoo’s', async () => {
    const server = await startOpenaiServer({ severalSamples: false });
    vi.stubEnv('OPENAI_API_KEY', 'a key for the test');
    try {
      const wrapped = createPromptfooJudge(
        'openai:chat:gpt-4.1',
        judgeOptions({ baseUrl: server.baseUrl }),
        folder,
      );
      const answer = await wrapped.ask(question, {});
      expect(server.requests).toHaveLength(8);
      expect(server.requests[0]?.body).toMatchObject({ temperature: 1 });
      expect(answer).toMatchObject({ samples: 8, invalidSamples: 0, source: 'samples' });
    } finally {
      vi.unstubAllEnvs();
      await server.close();
    }
  });
});

describe('the form of a message', () => {
  it.each([
    ['google:gemini-2.5-pro', 'gemini'],
    ['vertex:gemini-2.5-flash', 'gemini'],
    ['vertex:claude-sonnet-4-5', 'anthropic'],
    ['anthropic:messages:claude-opus-4-6', 'anthropic'],
    ['bedrock:us.anthropic.claude-sonnet-4-5', 'anthropic'],
    ['bedrock:us.amazon.nova-pro-v1:0', 'nova'],
    ['bedrock:converse:us.anthropic.claude-sonnet-4-5', 'openai'],
    ['ollama:chat:llava', 'ollama'],
    ['openai:chat:gpt-4.1', 'openai'],
    ['file://judge.py', 'openai'],
  ])('of %s is %s', (id, format) => {
    expect(messageFormatOf(id)).toBe(format);
  });

  it.each(MESSAGE_FORMATS)(
    '%s shows both images in order, the question and the words',
    async (format) => {
      const text = await formatMessage(question, format);
      const encoded = await Promise.all(images.map((image) => image.encoded()));
      const places = encoded.map(({ bytes }) =>
        text.indexOf(Buffer.from(bytes).toString('base64')),
      );
      expect(places[0]).toBeGreaterThan(0);
      expect(places[1]).toBeGreaterThan(places[0] as number);
      expect(text).toContain('Good or poor?');
      expect(text).toContain('nothing else: good, poor.');
      expect(text).toContain('You are an expert.');
    },
  );

  it('of Ollama cannot show text before an image', async () => {
    const captioned = { ...question, content: [{ text: 'First:' }, ...question.content] };
    await expect(formatMessage(captioned, 'ollama')).rejects.toThrow(
      /takes all images before the text/,
    );
  });
});
