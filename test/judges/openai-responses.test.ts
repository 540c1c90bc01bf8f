import type { ResponseCreateParamsNonStreaming } from 'openai/resources/responses/responses';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { answerKey } from '../../src/answers/answer-key.ts';
import { createOpenaiJudge } from '../../src/judges/openai.ts';
import type { Question } from '../../src/judges/question.ts';
import { picture } from '../images/pictures.ts';
import {
  type OpenaiServer,
  type OpenaiServerOptions,
  startOpenaiServer,
} from '../servers/openai.ts';
import { keepFile } from '../servers/openai-responses.ts';
import type { ServerReply } from '../servers/server.ts';
import { truth } from '../servers/truth.ts';
import { startTunnel, type Tunnel } from '../servers/tunnel.ts';
import { judgeContract } from './contract.ts';
import { judgeOptions } from './options.ts';
import { judgeImage, qualityQuestion, similarityQuestion } from './questions.ts';

const query = judgeImage('query', picture(40, 30));
const conditional = judgeImage('conditional', picture(30, 40));
const question = qualityQuestion([conditional, query]);
const { choices: _, ...unanswered } = question;
const rating: Question = { ...unanswered, scale: { min: 0, max: 100 } };

let server: OpenaiServer | undefined;
let tunnel: Tunnel | undefined;
afterEach(async () => {
  vi.unstubAllEnvs();
  tunnel?.close();
  await server?.close();
  tunnel = undefined;
  server = undefined;
});

type Body = ResponseCreateParamsNonStreaming;

async function setUp(
  serverOptions: OpenaiServerOptions = {},
  options: object = {},
  model = 'gpt-4.1',
) {
  const started = await startOpenaiServer(serverOptions);
  server = started;
  const judge = createOpenaiJudge(
    model,
    judgeOptions({
      baseUrl: started.baseUrl,
      api: 'responses',
      imageTransfer: 'upload',
      ...options,
    }),
  );
  const bodies = () =>
    started.requests.flatMap(({ path, body }) => (path === '/v1/responses' ? [body as Body] : []));
  return { judge, server: started, bodies };
}

/** At OpenAI's own address, where a local server answers. */
async function setUpAtOpenai(options: object = {}, model = 'gpt-4.1') {
  vi.stubEnv('OPENAI_API_KEY', 'sk-test-0123456789');
  const found = await setUp({}, { baseUrl: 'http://api.openai.com/v1', ...options }, model);
  tunnel = await startTunnel(found.server.url);
  for (const name of ['HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY', 'http_proxy'])
    vi.stubEnv(name, undefined);
  vi.stubEnv('HTTP_PROXY', `http://${tunnel.address}`);
  return found;
}

const partsOf = ({ input }: Body) => {
  const [message] = Array.isArray(input) ? input : [];
  return message && 'content' in message && Array.isArray(message.content) ? message.content : [];
};

/** A whole reply of the interface in the place of the server's. */
const replying = (body: object): OpenaiServerOptions => ({
  reply: () => ({ status: 200, body }),
});

const response = (fields: object) => ({
  id: 'resp_0123456789abcdef',
  object: 'response',
  model: 'gpt-4.1-2026-11-01',
  status: 'completed',
  error: null,
  incomplete_details: null,
  usage: {
    input_tokens: 1000,
    input_tokens_details: { cached_tokens: 600, cache_write_tokens: 300 },
    output_tokens: 1,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 1001,
  },
  ...fields,
});

const message = (content: object[], fields: object = {}) => ({
  type: 'message',
  id: 'msg_1',
  role: 'assistant',
  status: 'completed',
  content,
  ...fields,
});

const outputText = (text: string, alternatives?: Record<string, number>) => ({
  type: 'output_text',
  annotations: [],
  text,
  logprobs: alternatives
    ? [
        {
          token: text,
          bytes: [...Buffer.from(text)],
          logprob: Math.log(alternatives[text] ?? 1),
          top_logprobs: Object.entries(alternatives).map(([token, p]) => ({
            token,
            bytes: [...Buffer.from(token)],
            logprob: Math.log(p),
          })),
        },
      ]
    : [],
});

describe('the openai judge keeps the contract through Responses', () => {
  it.each(judgeContract)('with token probabilities: $name', async ({ check }) => {
    const { judge } = await setUp();
    await check(judge);
  });

  it.each(judgeContract)('with samples: $name', async ({ check }) => {
    const { judge } = await setUp({ probability: () => 1 }, { probabilities: 'samples' });
    await check(judge);
  });

  it.each(judgeContract)('with images in the requests: $name', async ({ check }) => {
    const { judge } = await setUp({}, { imageTransfer: 'inline' });
    await check(judge);
  });
});

describe('a question through Responses', () => {
  it('is asked for token probabilities, and nothing of it is stored', async () => {
    const { judge, bodies } = await setUp();
    const answer = await judge.ask({ ...question, system: 'You are an expert.' }, {});
    const images = await Promise.all(question.images.map((image) => image.encoded()));
    const p = truth(
      images.map(({ bytes }) => bytes),
      'Good or poor?',
    );
    expect(answer.probabilities?.[0]).toBeCloseTo(p, 9);
    expect(answer).toMatchObject({
      source: 'logprobs',
      model: 'gpt-4.1-2026-11-01',
      usage: { inputTokens: 900, outputTokens: 1 },
      asked: { reply: 'instructed', requests: 1 },
    });
    const [body] = bodies();
    expect(body).toMatchObject({
      model: 'gpt-4.1',
      store: false,
      instructions: 'You are an expert.',
      temperature: 1,
      top_p: 1,
      max_output_tokens: 16,
      top_logprobs: 20,
      include: ['message.output_text.logprobs'],
    });
    expect(partsOf(body as Body).map(({ type }) => type)).toEqual([
      ...['input_image', 'input_text', 'input_image', 'input_text', 'input_text'],
    ]);
  });

  it('of an image is asked about an upload, which is made once for all questions', async () => {
    const { judge, server, bodies } = await setUp();
    await Promise.all([
      judge.ask(question, {}),
      judge.ask(similarityQuestion([conditional, query]), {}),
    ]);
    await judge.ask(qualityQuestion([query]), {});
    expect(bodies()).toHaveLength(3);
    const files = [...server.files.values()];
    expect(files).toHaveLength(2);
    for (const { purpose, expiresAfter, mimeType } of files) {
      expect({ purpose, expiresAfter, mimeType }).toEqual({
        purpose: 'vision',
        expiresAfter: '604800',
        mimeType: 'image/png',
      });
    }
    const sent = files.map(({ bytes }) => bytes.toString('base64'));
    const { bytes } = await query.encoded();
    expect(sent).toContain(Buffer.from(bytes).toString('base64'));
    const named = bodies().flatMap((body) =>
      partsOf(body).flatMap((part) => (part.type === 'input_image' ? [part] : [])),
    );
    expect(named.every(({ file_id, image_url }) => file_id && image_url === undefined)).toBe(true);
    expect(named.every(({ detail }) => detail === 'high')).toBe(true);
  });

  it('uses what was uploaded before', async () => {
    const { judge, server } = await setUp();
    const kept: string[] = [];
    const { bytes } = await query.encoded();
    const form = new FormData();
    form.set('file', new File([new Uint8Array(bytes)], 'a.png', { type: 'image/png' }));
    await keepFile(form, server.files);
    const [id = ''] = server.files.keys();
    await judge.ask(qualityQuestion([query]), {
      uploadOnce: async (image) => {
        kept.push(image.sha256);
        return id;
      },
    });
    expect(kept).toEqual([query.sha256]);
    expect(server.files.size).toBe(1);
  });

  it('uploads an image anew that somebody has deleted at the vendor, once', async () => {
    const { judge, server, bodies } = await setUp();
    await judge.ask(question, {});
    server.files.clear();
    await judge.ask(similarityQuestion([conditional, query]), {});
    expect(server.files.size).toBe(2);
    expect(bodies()).toHaveLength(3);
  });

  it('says what the vendor says where an image is refused', async () => {
    const refusal = {
      error: { message: 'Invalid file format png.', type: 'invalid_request_error' },
    };
    const { judge, bodies } = await setUp({ onUpload: () => ({ status: 400, body: refusal }) });
    await expect(judge.ask(question, {})).rejects.toThrow(
      /judge openai:gpt-4\.1: HTTP 400: Invalid file format png\./,
    );
    expect(bodies()).toEqual([]);
  });

  it('tries an upload again after a passing failure', async () => {
    const { judge } = await setUp({
      onUpload: (index) =>
        index === 0 ? { status: 500, body: { error: { message: 'try again' } } } : undefined,
    });
    expect(await judge.ask(question, {})).toMatchObject({ source: 'logprobs' });
  });

  it('is sampled in one request a reply', async () => {
    const { judge, bodies } = await setUp(
      { probability: () => 0.75 },
      { probabilities: 'samples', samples: 40 },
    );
    const answer = await judge.ask(question, {});
    expect(answer).toMatchObject({ source: 'samples', samples: 40, asked: { requests: 40 } });
    expect(Math.abs((answer.probabilities?.[0] ?? 0) - 0.75)).toBeLessThan(0.25);
    expect(bodies()).toHaveLength(40);
    expect(bodies()[0]).not.toHaveProperty('include');
    expect(judge.requestsFor?.(question)).toEqual({ requests: 40, replies: 40 });
  });

  it('of a reasoning model says its effort and leaves room for it', async () => {
    const { judge, bodies } = await setUp({}, { effort: 'low', samples: 2 }, 'gpt-6-astra');
    expect(await judge.ask(rating, {})).toMatchObject({ source: 'samples' });
    expect(bodies()[0]).toMatchObject({ reasoning: { effort: 'low' }, max_output_tokens: 4096 });
    expect(bodies()[0]).not.toHaveProperty('temperature');
  });

  it.each([
    [{ prefill: 'last-message' }, /judgeOptions\.api: responses begins no replies/],
    [{ severalSamples: true }, /judgeOptions\.api: responses .*gives one a request/],
  ])('refuses what the interface does not have: %o', (capabilities, words) => {
    const options = judgeOptions({ api: 'responses', capabilities });
    expect(() => createOpenaiJudge('gpt-4.1', options)).toThrow(words);
  });

  it('is not asked with uploads through Chat Completions', () => {
    const options = judgeOptions({ imageTransfer: 'upload' });
    expect(() => createOpenaiJudge('gpt-4.1', options)).toThrow(/set judgeOptions\.api: responses/);
  });

  it.each(['background', 'previous_response_id', 'top_logprobs', 'max_output_tokens'])(
    'leaves %s to the judge',
    (field) => {
      const options = judgeOptions({ api: 'responses', request: { [field]: 1 } });
      expect(() => createOpenaiJudge('gpt-4.1', options)).toThrow(
        new RegExp(`judgeOptions\\.request\\.${field} .* cannot be set`),
      );
    },
  );
});

describe('prompt caches of OpenAI', () => {
  it('get a key of the images, and a mark behind the last one where the model takes it', async () => {
    const { judge, bodies } = await setUpAtOpenai({ samples: 3 }, 'gpt-6-astra');
    await judge.ask(question, {});
    await judge.ask(similarityQuestion([conditional, query]), {});
    await judge.ask(qualityQuestion([query]), {});
    const all = bodies();
    expect(all).toHaveLength(9);
    expect(new Set(all.slice(0, 6).map(({ prompt_cache_key }) => prompt_cache_key)).size).toBe(1);
    expect(all[0]?.prompt_cache_key).toMatch(/^iqa-[\da-f]{32}$/);
    expect(all[8]?.prompt_cache_key).not.toBe(all[0]?.prompt_cache_key);
    for (const body of all.slice(0, 6)) {
      expect(body.prompt_cache_options).toEqual({ mode: 'explicit' });
      const marks = partsOf(body).map((part) => 'prompt_cache_breakpoint' in part);
      // Two images, the question and the instruction.
      expect(marks).toEqual([false, true, false, false]);
    }
  });

  it('get no mark from an older model', async () => {
    const { judge, bodies, server } = await setUpAtOpenai({ imageTransfer: undefined });
    await judge.ask(question, {});
    expect(bodies()[0]).toHaveProperty('prompt_cache_key');
    expect(bodies()[0]).not.toHaveProperty('prompt_cache_options');
    expect(JSON.stringify(bodies()[0])).not.toContain('breakpoint');
    // Uploaded without being told so.
    expect(server.files.size).toBe(2);
  });

  it('are written by one request before the others read them', async () => {
    const options = { samples: 4, capabilities: { cacheBreakpoints: true } };
    const { judge, server } = await setUp({ delayMs: () => 60 }, options, 'gpt-6-astra');
    await judge.ask(question, {});
    const [first = 0, ...others] = server.requests.flatMap(({ path, receivedMs }) =>
      path === '/v1/responses' ? [receivedMs] : [],
    );
    expect(others).toHaveLength(3);
    for (const receivedMs of others) expect(receivedMs - first).toBeGreaterThanOrEqual(55);
  });

  it('belong to OpenAI alone: other endpoints get neither key nor uploads', async () => {
    const { judge, bodies, server } = await setUp({}, { imageTransfer: undefined });
    await judge.ask(question, {});
    expect(bodies()[0]).not.toHaveProperty('prompt_cache_key');
    expect(server.files.size).toBe(0);
  });

  it('are counted with what was read from them and written into them', async () => {
    const { judge } = await setUp(
      replying(response({ output: [message([outputText('good', { good: 0.9, poor: 0.1 })])] })),
    );
    expect((await judge.ask(question, {})).usage).toEqual({
      inputTokens: 1000,
      outputTokens: 1,
      cachedInputTokens: 600,
      cacheWriteTokens: 300,
    });
  });
});

describe('a reply of Responses', () => {
  const asking = async (fields: object, options: object = {}) => {
    const { judge } = await setUp(replying(response(fields)), { maxRetries: 0, ...options });
    return judge.ask(question, {});
  };
  const good = outputText('good', { good: 0.9, poor: 0.1 });

  it('is read behind reasoning and commentary', async () => {
    const answer = await asking({
      output: [
        { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'poor?' }] },
        message([outputText('I look at it.', { 'I look at it.': 1 })], { phase: 'commentary' }),
        message([good], { phase: 'final_answer' }),
      ],
    });
    expect(answer.probabilities?.[0]).toBeCloseTo(0.9, 9);
    expect(answer.coveredMass).toBeCloseTo(1, 9);
  });

  it.each([
    [
      'a refusal',
      { output: [message([{ type: 'refusal', refusal: 'I cannot rate people.' }])] },
      /refused: I cannot rate people\./,
    ],
    [
      'a filter',
      { status: 'incomplete', incomplete_details: { reason: 'content_filter' }, output: [] },
      /refused: the response is incomplete \(content_filter\)/,
    ],
    [
      'the token limit while it reasons',
      {
        status: 'incomplete',
        incomplete_details: { reason: 'max_output_tokens' },
        output: [{ type: 'reasoning', id: 'rs_1', summary: [] }],
      },
      /the reply ended at the token limit while it still reasoned; raise judgeOptions\.maxTokens/,
    ],
    [
      'a refusal without words',
      { output: [message([{ type: 'refusal' }, good])] },
      /refused: without words/,
    ],
    [
      'a state of another form',
      { status: { type: 'queued' }, output: [message([good])] },
      /it is \{"type":"queued"\}, and no answer/,
    ],
    [
      'a message of somebody else',
      { output: [message([good], { role: 'user' })] },
      /the reply is empty/,
    ],
    [
      'an end without a reason',
      { status: 'incomplete', output: [message([good], { status: 'incomplete' })] },
      /refused: the response is incomplete, and does not say why/,
    ],
    [
      'a message that is incomplete in a response that is not',
      { output: [message([good], { status: 'incomplete' })] },
      /refused: the response is incomplete, and does not say why/,
    ],
    [
      'a state that nobody knows yet',
      { status: 'paused', output: [message([good])] },
      /it is paused, and no answer/,
    ],
    [
      'token probabilities of the reasoning, which ends as the answer reads',
      {
        output: [
          {
            type: 'reasoning',
            id: 'rs_1',
            summary: [],
            content: [{ type: 'reasoning_text', text: 'It looks good' }],
          },
          message([
            {
              ...good,
              logprobs: [...outputText('It looks ', { 'It looks ': 1 }).logprobs, ...good.logprobs],
            },
          ]),
        ],
      },
      /token probabilities that do not belong to the answer: its content is "good", and the tokens spell "It looks good"/,
    ],
    ['nothing', { output: [] }, /its list of outputs is empty/],
    ['no end', { status: 'in_progress', output: [] }, /it is in_progress, and no answer/],
    ['a cancellation', { status: 'cancelled', output: [] }, /it is cancelled, and no answer/],
    [
      'reasoning alone',
      { output: [{ type: 'reasoning', id: 'rs_1', summary: [] }] },
      /holds reasoning and no answer/,
    ],
    [
      'no token probabilities',
      { output: [message([outputText('good')])] },
      /gave no token probabilities .*although they were asked for/,
    ],
    [
      'token probabilities of other words',
      { output: [message([{ ...good, text: 'poor' }])] },
      /token probabilities that do not belong to the answer: its content is "poor", and the tokens spell "good"/,
    ],
    [
      'a failed image',
      {
        status: 'failed',
        error: { code: 'image_too_large', message: 'The image is 60 MB large.' },
        output: [],
      },
      /the reply is an error 400: The image is 60 MB large\.; lower image\.maxPixels/,
    ],
    [
      'a policy',
      {
        status: 'failed',
        error: { code: 'image_content_policy_violation', message: 'Blocked by content policy.' },
        output: [],
      },
      /the vendor blocks this content/,
    ],
    [
      'a failure without words',
      { status: 'failed', error: null, output: [] },
      /status failed, without words/,
    ],
    [
      'a list of the wrong type',
      { output: [{ type: 'message', content: 'good' }] },
      /the reply cannot be read/,
    ],
  ])('that is %s is told in the vendor’s words', async (_name, fields, words) => {
    await expect(asking(fields)).rejects.toThrow(words);
  });

  it.each([
    ['server_error', 'The server had an error.'],
    ['rate_limit_exceeded', 'Too many requests.'],
    [502, 'upstream connection lost'],
    ['503', 'upstream connection lost'],
  ])('that failed by %s is asked for again', async (code, words) => {
    let asked = 0;
    const failed: ServerReply = {
      status: 200,
      body: response({ status: 'failed', error: { code, message: words }, output: [] }),
    };
    const { judge } = await setUp(
      {
        reply: () => {
          asked += 1;
          return asked === 1 ? failed : undefined;
        },
      },
      { maxRetries: 1 },
    );
    expect(await judge.ask(question, {})).toMatchObject({ source: 'logprobs' });
    expect(asked).toBe(2);
  });

  it('in several pieces is one answer', async () => {
    const answer = await asking({
      output: [
        message([outputText('po', { po: 0.7, good: 0.2, The: 0.1 }), outputText('or', { or: 1 })]),
      ],
    });
    // 0.2 of 0.9 for good.
    expect(answer.probabilities?.[0]).toBeCloseTo(0.222222222, 6);
    expect(answer.coveredMass).toBeCloseTo(0.9, 6);
  });
});

describe('what is kept', () => {
  it('through one interface is no answer of the other', () => {
    const keyWith = (options: object) => {
      const parsed = judgeOptions(options);
      return JSON.stringify(answerKey(question, createOpenaiJudge('gpt-4.1', parsed), parsed, 0));
    };
    expect(keyWith({ api: 'responses' })).not.toBe(keyWith({}));
    expect(keyWith({ api: 'chat' })).toBe(keyWith({}));
    expect(keyWith({ api: 'responses', imageTransfer: 'inline' })).toBe(
      keyWith({ api: 'responses' }),
    );
  });
});
