import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChatCompletion } from 'openai/resources/chat/completions';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  formatMessage,
  MESSAGE_FORMATS,
  messageFormatOf,
} from '../../src/judges/promptfoo/message-format.ts';
import { createPromptfooJudge } from '../../src/judges/promptfoo.ts';
import { picture } from '../images/pictures.ts';
import {
  type OpenaiServer,
  type OpenaiServerOptions,
  startOpenaiServer,
} from '../servers/openai.ts';
import type { ReplyShape } from '../servers/reply-shapes.ts';
import { truth } from '../servers/truth.ts';
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
    const order = ['good', 'excellent', 'Yes', 'first'];
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

  it.each([
    ['file://judge.mjs', { capabilities: { logprobs: false } }, /the model gives no token/],
    ['anthropic:messages:claude-opus-5', {}, /the model gives no token probabilities/],
    ['bedrock:us.amazon.nova-pro-v1:0', {}, /hands out no token probabilities/],
    ['azure:chat:my-deployment', {}, /hands out no token probabilities/],
  ])('refuses token probabilities of %s before anything is asked', (id, more, words) => {
    const options = judgeOptions({ probabilities: 'logprobs', ...more });
    expect(() => createPromptfooJudge(id, options, folder)).toThrow(words);
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
      expect(places[1]).toBeGreaterThan(places[0]!);
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

describe('token probabilities that a provider passes on', () => {
  let server: OpenaiServer | undefined;
  afterEach(async () => {
    vi.unstubAllEnvs();
    await server?.close();
  });

  const through = async (id: string, serverOptions: OpenaiServerOptions = {}, options = {}) => {
    vi.stubEnv('OPENAI_API_KEY', 'a key for the test');
    vi.stubEnv('TOGETHER_API_KEY', 'a key for the test');
    vi.stubEnv('PROMPTFOO_CONFIG_DIR', folder);
    server = await startOpenaiServer(serverOptions);
    return createPromptfooJudge(
      id,
      judgeOptions({ baseUrl: server.baseUrl, probabilities: 'logprobs', ...options }),
      folder,
    );
  };
  const plain = qualityQuestion(images);

  it.each([
    ['openai:chat:gpt-4.1', { logprobs: true, top_logprobs: 20, n: 2, temperature: 1 }],
    ['openai:gpt-4.1', { logprobs: true, top_logprobs: 20, n: 2 }],
    ['togetherai:a/b', { logprobs: true, top_logprobs: 20, n: 2 }],
    [
      'openai:responses:gpt-4.1',
      { include: ['message.output_text.logprobs'], top_logprobs: 20, temperature: 1 },
    ],
  ])('are those of the endpoint: %s', async (id, fields) => {
    const judge = await through(id);
    const answer = await judge.ask(plain, {});
    const encoded = await Promise.all(images.map((image) => image.encoded()));
    const p = truth(
      encoded.map(({ bytes }) => bytes),
      'Good or poor?',
    );
    expect(answer.probabilities?.[0]).toBeCloseTo(p, 9);
    expect(answer).toMatchObject({
      source: 'logprobs',
      coveredMass: expect.closeTo(0.96, 9),
      asked: { probabilities: 'configured', requests: 1 },
    });
    expect(server?.requests).toHaveLength(1);
    expect(server?.requests[0]?.body).toMatchObject(fields);
    expect(judge.requestsFor?.(plain)).toEqual({ requests: 1, replies: 1 });
  });

  it('are asked for beside what the user passes through', async () => {
    const judge = await through(
      'openai:chat:gpt-4.1',
      {},
      {
        request: { passthrough: { service_tier: 'flex' } },
      },
    );
    await judge.ask(plain, {});
    expect(server?.requests[0]?.body).toMatchObject({ logprobs: true, service_tier: 'flex' });
  });

  it('that do not come are an error, and never samples', async () => {
    const judge = await through('openai:chat:gpt-4.1', {
      fault: () => 'no token probabilities',
    });
    await expect(judge.ask(plain, {})).rejects.toThrow(
      /gave no token probabilities for .*set judgeOptions\.probabilities: samples/,
    );
    expect(server?.requests).toHaveLength(1);
  });

  const PASSING = (output: string, raw: object) => `
export default class {
  id() { return 'passing'; }
  async callApi() { return ${JSON.stringify({ output, raw: JSON.stringify(raw) })}; }
}`;
  const ownReply = (content: string, token: string) => ({
    id: 'chatcmpl-0123456789abcdef',
    model: 'mine-2',
    choices: [
      {
        finish_reason: 'stop',
        message: { role: 'assistant', content },
        logprobs: {
          content: [
            {
              token,
              logprob: Math.log(0.75),
              top_logprobs: [
                { token, logprob: Math.log(0.75) },
                { token: 'poor', logprob: Math.log(0.25) },
              ],
            },
          ],
        },
      },
    ],
    usage: { prompt_tokens: 10, completion_tokens: 1 },
  });

  it('by a provider of one’s own in its raw answer are read', async () => {
    await writeFile(join(folder, 'passing.mjs'), PASSING('good', ownReply('good', 'good')));
    const own = createPromptfooJudge(
      'file://passing.mjs',
      judgeOptions({ probabilities: 'logprobs' }),
      folder,
    );
    const answer = await own.ask(plain, {});
    expect(answer.probabilities?.[0]).toBeCloseTo(0.75, 9);
    expect(answer).toMatchObject({ source: 'logprobs', model: 'mine-2' });
  });

  const SAYING = (response: object) => `
export default class {
  id() { return 'saying'; }
  async callApi() { return ${JSON.stringify(response)}; }
}`;

  it.each<[string, object, RegExp]>([
    [
      'broke off',
      { output: 'good', finishReason: 'error' },
      /an error in place of an answer: finish reason error/,
    ],
    [
      'was filtered',
      { output: 'good', finishReason: 'content_filter', isRefusal: true },
      /refused: finish reason content_filter: good/,
    ],
    [
      'was cut off before a word',
      { finishReason: 'length' },
      /nothing, cut off at the token limit/,
    ],
    ['called a tool', { finishReason: 'tool_calls' }, /no output, with finish reason tool_calls/],
    [
      'is an error of status 200',
      {
        error: 'API error: TypeError: no choices: {"error":{"message":"upstream died"}}',
        metadata: { http: { status: 200 } },
      },
      /reports an error in place of an answer: upstream died/,
    ],
    [
      'has the vendor’s words as JSON',
      { error: 'API error: 402 Payment Required {"error":{"message":"No credit"}}' },
      /HTTP 402: API error: 402 Payment Required No credit; pay/,
    ],
  ])('that %s is told', async (name, response, told) => {
    const file = `saying-${name.replaceAll(/\W/g, '-')}.mjs`;
    await writeFile(join(folder, file), SAYING(response));
    const own = createPromptfooJudge(
      `file://${file}`,
      judgeOptions({ samples: 1, maxRedraws: 0 }),
      folder,
    );
    await expect(own.ask(plain, {})).rejects.toThrow(told);
  });

  it.each([
    [
      "new Error('no weights')",
      /promptfoo:file:\/\/thrown\d+\.mjs: no weights; mend what the provider/,
    ],
    ["{ message: 'no weights' }", /: no weights; mend what the provider/],
    ["new Error('HTTP 402: no credit')", /HTTP 402: HTTP 402: no credit; pay/],
    ['null', /: null; mend what the provider/],
  ])('thrown as %s are told in its words', async (thrown, told) => {
    const file = `thrown${thrown.length}.mjs`;
    const code = `export default class { id() { return 'x'; } async callApi() { throw ${thrown}; } }`;
    await writeFile(join(folder, file), code);
    const own = createPromptfooJudge(`file://${file}`, judgeOptions({ samples: 1 }), folder);
    await expect(own.ask(plain, {})).rejects.toThrow(told);
  });

  it('with notes of another form count all the same', async () => {
    await writeFile(join(folder, 'noted.mjs'), SAYING({ output: 'good', metadata: 'none' }));
    const own = createPromptfooJudge('file://noted.mjs', judgeOptions({ samples: 1 }), folder);
    await expect(own.ask(plain, {})).resolves.toMatchObject({ probabilities: [1, 0] });
  });

  it('are found without the thoughts that a provider would write before its answer', async () => {
    const thoughtful: ReplyShape<ChatCompletion> = {
      name: 'thoughts beside the answer',
      of: (right) => ({
        status: 200,
        body: {
          ...right,
          choices: right.choices.map((choice) => ({
            ...choice,
            message: { ...choice.message, reasoning_content: 'It looks poor.' },
          })),
        },
      }),
    };
    const judge = await through('openai:chat:gpt-4.1', { fault: () => thoughtful });
    const answer = await judge.ask(plain, {});
    expect(answer.coveredMass).toBeCloseTo(0.96, 9);
  });

  it.each<[string, { finish_reason?: string; refusal?: string }, RegExp]>([
    [
      'a refused answer',
      { finish_reason: 'content_filter' },
      /refused: finish_reason content_filter/,
    ],
    [
      'an answer that a policy refuses',
      { refusal: 'I would rather not.' },
      /refused: I would rather not/,
    ],
  ])('of %s do not count', async (_name, { finish_reason = 'stop', refusal = null }, told) => {
    const right = ownReply('good', 'good');
    const [choice] = right.choices;
    const raw = {
      ...right,
      choices: [{ ...choice, finish_reason, message: { ...choice?.message, refusal } }],
    };
    const file = `refused-${finish_reason}.mjs`;
    await writeFile(join(folder, file), PASSING('good', raw));
    const own = createPromptfooJudge(
      `file://${file}`,
      judgeOptions({ probabilities: 'logprobs' }),
      folder,
    );
    await expect(own.ask(plain, {})).rejects.toThrow(told);
  });

  it.each([
    ['another answer than it gave', 'poor', ownReply('good', 'good')],
    ['other words than its answer', 'good', ownReply('good', 'fine')],
  ])('of %s do not count', async (_name, output, raw) => {
    const file = `other-${output}.mjs`;
    await writeFile(join(folder, file), PASSING(output, raw));
    const own = createPromptfooJudge(
      `file://${file}`,
      judgeOptions({ probabilities: 'logprobs' }),
      folder,
    );
    await expect(own.ask(plain, {})).rejects.toThrow(
      /token probabilities that do not belong to the answer/,
    );
  });
});
