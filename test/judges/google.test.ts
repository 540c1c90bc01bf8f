import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createGoogleJudge } from '../../src/judges/google.ts';
import type { UploadOnce } from '../../src/judges/upload-once.ts';
import { picture } from '../images/pictures.ts';
import {
  contentOf,
  errorBody,
  type GoogleBody,
  type GoogleServer,
  type GoogleServerOptions,
  startGoogleServer,
} from '../servers/google.ts';
import { judgeContract } from './contract.ts';
import { judgeOptions } from './options.ts';
import { FIVE_LEVELS, judgeImage, qualityQuestion, similarityQuestion } from './questions.ts';

let server: GoogleServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
  vi.unstubAllEnvs();
});

async function setUp(
  serverOptions: GoogleServerOptions = {},
  options: object = {},
  model = 'gemini-2.5-flash',
) {
  const started = await startGoogleServer(serverOptions);
  server = started;
  const judge = createGoogleJudge(model, judgeOptions({ baseUrl: started.url, ...options }));
  const bodies = () => started.questions.map(({ body }) => body as GoogleBody);
  return { judge, bodies, server: started };
}

const images = [judgeImage('conditional', picture(30, 40)), judgeImage('query', picture(40, 30))];
const quality = qualityQuestion(images);
/** The name of the model in these tests is one of which AI Studio gives none. */
const TOKENS = { probabilities: 'logprobs', capabilities: { logprobs: true } };
const SAMPLES = { probabilities: 'samples' };

describe('the google judge keeps the contract', () => {
  it.each(judgeContract)('with samples: $name', async ({ check }) => {
    const { judge } = await setUp({ probability: () => 1 }, SAMPLES);
    await check(judge);
  });

  it.each(judgeContract)('with token probabilities: $name', async ({ check }) => {
    // Of a model whose name tells nothing, so that they are tried.
    const { judge } = await setUp({ probability: () => 0.7 }, {}, 'gemini-flash-latest');
    await check(judge);
  });
});

describe('the google judge', () => {
  it('shows the images in their order between the texts that stand there', async () => {
    const { judge, bodies } = await setUp({}, { ...SAMPLES, samples: 1 });
    await judge.ask(
      {
        ...quality,
        system: 'You are an expert.',
        content: [
          { text: 'A poor copy:' },
          { image: 0 },
          { text: 'The photograph:' },
          { image: 1 },
        ],
      },
      {},
    );
    const [body] = bodies();
    expect(body?.systemInstruction?.parts).toEqual([{ text: 'You are an expert.' }]);
    expect(body?.contents).toHaveLength(1);
    expect(body?.contents[0]).toMatchObject({
      role: 'user',
      parts: [
        { text: 'A poor copy:' },
        { inlineData: { mimeType: 'image/png' } },
        { text: 'The photograph:' },
        { inlineData: { mimeType: 'image/png' } },
        { text: 'Answer with one of these words and nothing else: good, poor.' },
      ],
    });
    const sent = contentOf(body as GoogleBody).images;
    const encoded = await Promise.all(images.map(async (image) => (await image.encoded()).bytes));
    expect(sent.map((bytes) => bytes.toString('base64'))).toEqual(
      encoded.map((bytes) => Buffer.from(bytes).toString('base64')),
    );
  });

  it('draws all samples in one request, held to the choices, and says what they took', async () => {
    const { judge, bodies } = await setUp({ probability: () => 0.7 }, { samples: 8 });
    const answer = await judge.ask(quality, {});
    expect(bodies()).toHaveLength(1);
    expect(bodies()[0]?.generationConfig).toEqual({
      candidateCount: 8,
      maxOutputTokens: 64,
      temperature: 1,
      topP: 1,
      thinkingConfig: { thinkingBudget: 0 },
      mediaResolution: 'MEDIA_RESOLUTION_HIGH',
      responseMimeType: 'application/json',
      responseSchema: {
        type: 'OBJECT',
        properties: { answer: { type: 'STRING', enum: ['good', 'poor'] } },
        required: ['answer'],
        propertyOrdering: ['answer'],
      },
    });
    expect(answer).toMatchObject({
      source: 'samples',
      samples: 8,
      model: 'gemini-2.5-flash-001',
      asked: {
        probabilities: 'auto',
        reply: 'constrained',
        effort: 'none',
        mediaResolution: 'high',
        requests: 1,
      },
      usage: { inputTokens: 2020, outputTokens: 8 * 5 },
    });
  });

  it('tells no temperature to the models that refuse one', async () => {
    const { judge, bodies } = await setUp({}, { samples: 1 }, 'gemini-4-argon');
    await judge.ask(quality, {});
    expect(bodies()[0]?.generationConfig).not.toHaveProperty('temperature');
    expect(bodies()[0]?.generationConfig).not.toHaveProperty('topP');
  });

  it('draws one sample a request where the model gives no more, the first of them alone', async () => {
    const { judge, bodies } = await setUp({ mostCandidates: 1 }, { samples: 4 }, 'gemini-3-flash');
    const { samples, usage } = await judge.ask(quality, {});
    expect(samples).toBe(4);
    expect(bodies()).toHaveLength(4);
    expect(bodies()[0]?.generationConfig).not.toHaveProperty('candidateCount');
    // What the first has shown the others read from the cache.
    expect(usage?.cachedInputTokens).toBe(3 * 1000);
  });

  it('counts thoughts as output, and what came from the cache apart', async () => {
    const options = { ...SAMPLES, samples: 2, samplesPerRequest: 1, maxConcurrency: 1 };
    const { judge } = await setUp({}, { ...options, effort: 'low' });
    const { usage, asked } = await judge.ask(quality, {});
    expect(usage).toEqual({
      inputTokens: 2 * 2020,
      outputTokens: 2 * (5 + 100),
      cachedInputTokens: 1000,
    });
    expect(asked).toMatchObject({ effort: 'low', requests: 2 });
  });

  it('asks for as many samples at once as the model gives, by what it refuses', async () => {
    const { judge, bodies } = await setUp({ mostCandidates: 3 }, { ...SAMPLES, samples: 8 });
    expect(await judge.ask(quality, {})).toMatchObject({ samples: 8 });
    await judge.ask(similarityQuestion(images), {});
    const counts = bodies().map(({ generationConfig }) => generationConfig.candidateCount ?? 1);
    expect(counts[0]).toBe(8);
    expect(counts.slice(1).toSorted()).toEqual([2, 2, 3, 3, 3, 3]);
  });

  it('asks for single samples where the model gives no more', async () => {
    const { judge, bodies } = await setUp({ mostCandidates: 1 }, { ...SAMPLES, samples: 4 });
    expect(await judge.ask(quality, {})).toMatchObject({ samples: 4 });
    expect(bodies()).toHaveLength(1 + 4);
  });

  it('allows the answers of the question that it asks and no other', async () => {
    const { judge, bodies } = await setUp({ probability: () => 1 }, { ...SAMPLES, samples: 1 });
    const { choices: _, ...unanswered } = quality;
    await judge.ask(similarityQuestion(images), {});
    await judge.ask(qualityQuestion(images, FIVE_LEVELS), {});
    await judge.ask({ ...unanswered, scale: { min: 0, max: 100 } }, {});
    const allowed = bodies().map(
      ({ generationConfig }) =>
        (generationConfig.responseSchema as { properties: object }).properties,
    );
    expect(allowed).toEqual([
      { answer: { type: 'STRING', enum: ['Yes', 'No'] } },
      { answer: { type: 'STRING', enum: ['excellent', 'good', 'fair', 'poor', 'bad'] } },
      { answer: { type: 'NUMBER', minimum: 0, maximum: 100 } },
    ]);
  });

  it('asks for the dimensions of a question in the same reply, and reads each', async () => {
    const said = { quality: 'good', sharpness: 'poor', 'colour noise': 'good' };
    const { judge, bodies } = await setUp(
      {
        reply: () => ({
          status: 200,
          body: {
            candidates: [
              { content: { parts: [{ text: JSON.stringify(said) }] }, finishReason: 'STOP' },
            ],
          },
        }),
      },
      { ...SAMPLES, samples: 1 },
    );
    const dimensions = ['sharpness', 'colour noise'];
    const answer = await judge.ask({ ...quality, dimensions }, {});
    expect(bodies()[0]?.generationConfig).toMatchObject({
      maxOutputTokens: 3 * 64,
      responseSchema: {
        properties: { 'colour noise': { type: 'STRING', enum: ['good', 'poor'] } },
        required: ['quality', 'sharpness', 'colour noise'],
        propertyOrdering: ['quality', 'sharpness', 'colour noise'],
      },
    });
    expect(answer).toMatchObject({
      probabilities: [1, 0],
      dimensions: {
        sharpness: { probabilities: [0, 1] },
        'colour noise': { probabilities: [1, 0] },
      },
    });
  });

  it('reads token probabilities over all spellings', async () => {
    const { judge, bodies } = await setUp(
      { probability: () => 0.7 },
      { ...TOKENS, topLogprobs: 7 },
    );
    const answer = await judge.ask(quality, {});
    expect(bodies()[0]?.generationConfig).toMatchObject({ responseLogprobs: true, logprobs: 7 });
    expect(bodies()[0]?.generationConfig).not.toHaveProperty('responseSchema');
    expect(answer.probabilities?.[0]).toBeCloseTo(0.7, 9);
    expect(answer).toMatchObject({
      source: 'logprobs',
      asked: { probabilities: 'configured', reply: 'instructed', requests: 1 },
    });
    expect(answer.coveredMass).toBeCloseTo(0.96, 9);
  });

  it('takes the probability of a token only where it spells the answer', async () => {
    const step = (token: string, logProbability = -0.01) => ({ token, logProbability });
    const reply = (steps: ReturnType<typeof step>[]) => () => ({
      status: 200,
      body: {
        candidates: [
          {
            content: { parts: [{ text: 'I look.', thought: true }, { text: 'good' }] },
            finishReason: 'STOP',
            logprobsResult: {
              chosenCandidates: steps,
              topCandidates: steps.map((each) => ({
                candidates: [each, step('poor', Math.log(0.2))].slice(
                  0,
                  each.token === 'good' ? 2 : 1,
                ),
              })),
            },
          },
        ],
        responseId: 'r',
        usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 1, thoughtsTokenCount: 3 },
      },
    });
    const good = Math.log(0.6);
    const after = await setUp(
      { reply: reply([step('I'), step(' look.'), step('\n'), step('good', good)]) },
      TOKENS,
    );
    const { probabilities } = await after.judge.ask(quality, {});
    expect(probabilities?.[0]).toBeCloseTo(0.6 / 0.8, 9);
    await after.server.close();
    const other = await setUp({ reply: reply([step('I'), step(' look')]) }, TOKENS);
    await expect(other.judge.ask(quality, {})).rejects.toThrow(
      /token probabilities that do not belong to the answer: its content is "good", and the tokens spell "I look"/,
    );
  });

  it('names the setting where the model refuses token probabilities, and asks in no other way', async () => {
    const { judge, server } = await setUp({ logprobs: false }, TOKENS);
    await expect(judge.ask(quality, {})).rejects.toThrow(
      /HTTP 400: Logprobs is not enabled for models\/gemini-2\.5-flash; set judgeOptions\.probabilities: samples/,
    );
    expect(server.questions).toHaveLength(1);
  });

  it.each<[string, object, RegExp]>([
    [
      'gemini-2.5-flash',
      {},
      /AI Studio gives no token probabilities .*judgeOptions\.vertex.*judgeOptions\.probabilities to samples or auto/,
    ],
    [
      'gemini-3.5-flash',
      { vertex: { project: 'p', location: 'global' } },
      /Vertex AI gives token probabilities up to Gemini 3 .*judgeOptions\.probabilities/,
    ],
  ])(
    'of %s that are known not to exist are refused before anything is asked',
    (model, options, told) => {
      expect(() =>
        createGoogleJudge(model, judgeOptions({ probabilities: 'logprobs', ...options })),
      ).toThrow(told);
    },
  );

  it('samples ratings of several digits, unless token probabilities are insisted on', async () => {
    const { choices: _, ...unanswered } = quality;
    const rating = (max: number) => ({ ...unanswered, scale: { min: 0, max } });
    const auto = await setUp({ probability: () => 1 }, { samples: 2 }, 'gemini-flash-latest');
    expect((await auto.judge.ask(rating(9), {})).source).toBe('logprobs');
    expect((await auto.judge.ask(rating(100), {})).source).toBe('samples');
    await auto.server.close();
    const insisted = await setUp({ probability: () => 0.42 }, TOKENS);
    await expect(insisted.judge.ask(rating(100), {})).rejects.toThrow(
      /lies on digits that other numbers begin with.*set judgeOptions\.probabilities: samples/,
    );
  });
});

describe('a wait that Google asks for', () => {
  it('in the body of its error is kept to before the next try', async () => {
    const WAIT_S = 0.8;
    const { judge, server } = await setUp(
      {
        reply: (_, index) =>
          index === 0
            ? {
                status: 429,
                body: {
                  error: {
                    code: 429,
                    status: 'RESOURCE_EXHAUSTED',
                    message: `You exceeded your current quota. Please retry in ${WAIT_S}s.`,
                    details: [
                      { '@type': 'type.googleapis.com/google.rpc.Help', links: [] },
                      {
                        '@type': 'type.googleapis.com/google.rpc.RetryInfo',
                        retryDelay: `${WAIT_S}s`,
                      },
                    ],
                  },
                },
              }
            : undefined,
      },
      { ...SAMPLES, samples: 2 },
    );
    await judge.ask(quality, {});
    const [first, second] = server.questions;
    const waitedMs = (second?.receivedMs ?? 0) - (first?.receivedMs ?? 0);
    expect(waitedMs).toBeGreaterThanOrEqual(WAIT_S * 1000 - 5);
    expect(waitedMs).toBeLessThan(2 * WAIT_S * 1000 + 1000);
  });

  it('for its limit of requests a minute is told with what to set', async () => {
    const { judge } = await setUp(
      {
        reply: () => ({
          status: 429,
          body: errorBody('RESOURCE_EXHAUSTED', 'Quota exceeded for requests per minute'),
        }),
      },
      { ...SAMPLES, maxRetries: 0 },
    );
    await expect(judge.ask(quality, {})).rejects.toThrow(
      /HTTP 429: Quota exceeded for requests per minute; lower judgeOptions\.maxConcurrency/,
    );
  });
});

describe('what Google blocks', () => {
  it.each([
    ['SAFETY', /refused: finishReason SAFETY \(HARM_CATEGORY_HARASSMENT\)/, true],
    ['PROHIBITED_CONTENT', /refused: finishReason PROHIBITED_CONTENT/, false],
    ['OTHER', /refused: finishReason OTHER/, false],
    ['LANGUAGE', /refused: finishReason LANGUAGE/, false],
    ['A_REASON_OF_TOMORROW', /refused: finishReason A_REASON_OF_TOMORROW/, false],
  ])('with %s is no answer, though words came', async (finishReason, told, isRated) => {
    const { judge } = await setUp(
      {
        reply: () => ({
          status: 200,
          body: {
            candidates: [
              {
                content: { parts: [{ text: '{"answer": "good"}' }] },
                finishReason,
                ...(isRated && {
                  safetyRatings: [
                    { category: 'HARM_CATEGORY_HATE_SPEECH', probability: 'LOW' },
                    { category: 'HARM_CATEGORY_HARASSMENT', probability: 'HIGH', blocked: true },
                  ],
                }),
              },
            ],
          },
        }),
      },
      { ...SAMPLES, samples: 1 },
    );
    await expect(judge.ask(quality, {})).rejects.toThrow(told);
  });

  it('counts a blocked candidate, and draws another in its place', async () => {
    const { judge } = await setUp(
      {
        probability: () => 1,
        fault: (index) =>
          index > 0
            ? undefined
            : {
                name: 'the second is blocked',
                of: (right) => ({
                  status: 200,
                  body: {
                    ...right,
                    candidates: right.candidates?.map((candidate, i) =>
                      i === 1 ? { finishReason: 'SAFETY', index: i } : candidate,
                    ),
                  },
                }),
              },
      },
      { ...SAMPLES, samples: 8 },
    );
    expect(await judge.ask(quality, {})).toMatchObject({
      samples: 8,
      invalidSamples: 1,
      probabilities: [1, 0],
    });
  });

  it('of a prompt as a whole is refused once, and the next question gets as many samples at once', async () => {
    const { judge, bodies } = await setUp(
      { fault: (index) => (index === 0 ? 'content filter' : undefined) },
      { ...SAMPLES, samples: 8 },
    );
    await expect(judge.ask(quality, {})).rejects.toThrow(
      /8 of 8 sampled answers were not one of good, poor \(refused: promptFeedback\.blockReason PROHIBITED_CONTENT\)/,
    );
    await judge.ask(quality, {});
    expect(bodies().map(({ generationConfig }) => generationConfig.candidateCount)).toEqual([8, 8]);
  });
});

describe('how much a Gemini model thinks', () => {
  const config = async (model: string, options: object = {}) => {
    const { judge, bodies } = await setUp({}, { ...SAMPLES, samples: 1, ...options }, model);
    const { asked } = await judge.ask(quality, {});
    await server?.close();
    return [bodies()[0]?.generationConfig.thinkingConfig, asked?.effort];
  };

  it.each<[string, object, object | undefined, string | undefined]>([
    ['gemini-2.0-flash', {}, undefined, undefined],
    ['gemini-2.5-flash', {}, { thinkingBudget: 0 }, 'none'],
    ['gemini-2.5-pro', {}, { thinkingBudget: 128 }, '128 tokens'],
    ['gemini-2.5-pro', { effort: 'medium' }, { thinkingBudget: 8192 }, 'medium'],
    ['gemini-2.5-flash', { thinkingBudget: 500 }, { thinkingBudget: 500 }, '500 tokens'],
    [
      'gemini-2.5-pro',
      { thinkingBudget: -1 },
      { thinkingBudget: -1 },
      'as much as the model likes',
    ],
    ['gemini-3-flash', {}, { thinkingLevel: 'LOW' }, 'low'],
    ['gemini-3.5-pro', { effort: 'high' }, { thinkingLevel: 'HIGH' }, 'high'],
    ['gemini-3-pro', { thinkingBudget: 256 }, { thinkingBudget: 256 }, '256 tokens'],
    ['gemini-4-argon', {}, { thinkingLevel: 'LOW' }, 'low'],
    ['gemini-4-argon', { effort: 'none' }, { thinkingBudget: 0 }, 'none'],
    ['gemini-flash-latest', {}, undefined, undefined],
  ])('%s with %o', async (model, options, sent, recorded) => {
    expect(await config(model, options)).toEqual([sent, recorded]);
  });

  it.each<[string, object, RegExp]>([
    ['gemini-2.5-pro', { effort: 'none' }, /knows minimal, low, medium, high \(found "none"\)/],
    ['gemini-3-pro', { thinkingBudget: 0 }, /this model always thinks \(found 0\)/],
    ['gemini-2.5-pro', { thinkingBudget: 64 }, /128 tokens at least \(found 64\)/],
    ['gemini-2.5-flash', { effort: 'max' }, /knows none, minimal, low, medium, high/],
    [
      'gemini-3-pro',
      { effort: 'none' },
      /this model knows minimal, low, medium, high \(found "none"\)/,
    ],
    ['gemini-2.0-flash', { effort: 'low' }, /does not think; remove it/],
    ['gemini-3-pro', { effort: 'low', thinkingBudget: 9 }, /say the same; set one/],
  ])('%s with %o is refused before anything is asked', (model, options, message) => {
    expect(() => createGoogleJudge(model, judgeOptions(options))).toThrow(message);
  });

  it('is a part of what an answer is kept under, and so is the size of the images', () => {
    const identity = (options: object) =>
      createGoogleJudge('gemini-3-flash', judgeOptions(options)).identity;
    const usual = identity({});
    expect(identity({ effort: 'low', mediaResolution: 'high' })).toEqual(usual);
    expect(identity({ effort: 'high' })).not.toEqual(usual);
    expect(identity({ thinkingBudget: 99 })).not.toEqual(usual);
    expect(identity({ mediaResolution: 'low' })).not.toEqual(usual);
  });
});

describe('how large a Gemini model sees the images', () => {
  it('is refused before anything is asked where the model does not know it', () => {
    expect(() =>
      createGoogleJudge('gemini-2.5-flash', judgeOptions({ mediaResolution: 'ultra_high' })),
    ).toThrow(/mediaResolution: this model knows low, medium and high \(found "ultra_high"\)/);
  });

  it('is said with each image where that is the largest size', async () => {
    const options = { ...SAMPLES, samples: 1, mediaResolution: 'ultra_high' };
    const { judge, bodies } = await setUp({}, options, 'gemini-3-flash');
    const { asked } = await judge.ask(quality, {});
    const [body] = bodies();
    expect(body?.generationConfig).not.toHaveProperty('mediaResolution');
    expect(body?.contents[0]?.parts?.slice(0, 2)).toMatchObject([
      { mediaResolution: { level: 'MEDIA_RESOLUTION_ULTRA_HIGH' } },
      { mediaResolution: { level: 'MEDIA_RESOLUTION_ULTRA_HIGH' } },
    ]);
    expect(asked?.mediaResolution).toBe('ultra_high');
  });
});

it('says where it asks and what it tells the model, for check', () => {
  const note = (model: string, options: object) =>
    createGoogleJudge(model, judgeOptions(options)).endpointNote;
  const vertex = { project: 'my-project', location: 'europe-west4' };
  expect(note('gemini-2.5-flash', { vertex })).toBe(
    'Vertex AI (project my-project, location europe-west4); it is told to think: none; it is told to see images at: high',
  );
  expect(note('gemini-2.5-flash', { vertex, baseUrl: 'https://gateway.example.com' })).toMatch(
    /^Vertex AI \(project my-project, location europe-west4, at https:\/\/gateway\.example\.com\);/,
  );
  expect(note('my-model', { baseUrl: 'http://127.0.0.1:9', mediaResolution: 'low' })).toBe(
    'AI Studio (http://127.0.0.1:9); it is not told how much to think; it is told to see images at: low',
  );
});

describe('images that are uploaded', () => {
  const unavailable = { status: 503, body: errorBody('UNAVAILABLE', 'The service is overloaded.') };
  const oneByOne: UploadOnce = (_image, made) => made();

  it('for a batch are tried again as questions are', async () => {
    const { judge, server } = await setUp(
      { uploadFault: (index) => (index === 0 ? unavailable : undefined) },
      { ...SAMPLES, samples: 1, maxRetries: 1 },
    );
    const [request] = (await judge.batch?.requests(quality, oneByOne)) ?? [];
    expect(server.uploads.size).toBe(2);
    for (const address of server.uploads.keys()) {
      expect(JSON.stringify(request?.body)).toContain(address);
    }
  });

  it('for a batch in vain are told in words', async () => {
    const { judge } = await setUp(
      { uploadFault: () => unavailable },
      { ...SAMPLES, samples: 1, maxRetries: 0 },
    );
    await expect(judge.batch?.requests(quality, oneByOne)).rejects.toThrow(
      'judge google:gemini-2.5-flash: HTTP 503: The service is overloaded.; run it again later',
    );
  });

  it('are each uploaded once, and named in every question', async () => {
    const options = { ...SAMPLES, samples: 2, samplesPerRequest: 1, imageTransfer: 'upload' };
    const { judge, bodies, server } = await setUp({ probability: () => 1 }, options);
    await Promise.all([judge.ask(quality, {}), judge.ask(similarityQuestion(images), {})]);
    expect(server.uploads.size).toBe(2);
    expect(bodies()).toHaveLength(4);
    const addresses = [...server.uploads.keys()];
    for (const body of bodies()) {
      const parts = body.contents[0]?.parts ?? [];
      expect(parts.flatMap(({ inlineData }) => inlineData ?? [])).toEqual([]);
      expect(
        parts.flatMap(({ fileData }) => (fileData?.fileUri ? [fileData.fileUri] : [])).toSorted(),
      ).toEqual(addresses.toSorted());
    }
    const bytes = await Promise.all(images.map(async (image) => (await image.encoded()).bytes));
    expect([...server.uploads.values()].map((each) => each.bytes.length).toSorted()).toEqual(
      bytes.map(({ length }) => length).toSorted(),
    );
  });

  it('are named as an earlier run has uploaded them, and uploaded anew where they are gone', async () => {
    const gone = 'https://generativelanguage.googleapis.com/v1beta/files/of-yesterday';
    const refusal =
      'You do not have permission to access the File of-yesterday or it may not exist.';
    const { judge, bodies, server } = await setUp(
      {
        reply: (body) =>
          JSON.stringify(body).includes(gone)
            ? { status: 403, body: errorBody('PERMISSION_DENIED', refusal) }
            : undefined,
      },
      { ...SAMPLES, samples: 1, imageTransfer: 'upload' },
    );
    const kept = new Map(images.map((image) => [image, gone]));
    const uploadOnce: UploadOnce = async (image, upload, lostId) => {
      const known = kept.get(image);
      if (known !== undefined && known !== lostId) return known;
      const made = await upload();
      kept.set(image, made);
      return made;
    };
    await judge.ask(quality, { uploadOnce });
    await judge.ask(similarityQuestion(images), { uploadOnce });
    expect(bodies()).toHaveLength(2 + 1);
    expect(server.uploads.size).toBe(2);
    expect(new Set(kept.values())).toEqual(new Set(server.uploads.keys()));
  });

  it('are refused on Vertex AI before anything is asked', () => {
    const vertex = { project: 'p', location: 'global' };
    expect(() =>
      createGoogleJudge('gemini-3-flash', judgeOptions({ vertex, imageTransfer: 'upload' })),
    ).toThrow(/Vertex AI takes no uploads; set it to inline/);
  });
});

describe('fields of the request', () => {
  it('are joined with those that the judge writes', async () => {
    const request = {
      safety_settings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }],
      generationConfig: { presence_penalty: 0 },
    };
    const { judge, bodies } = await setUp({}, { ...SAMPLES, samples: 1, request });
    await judge.ask(quality, {});
    expect(bodies()[0]).toMatchObject({
      safetySettings: request.safety_settings,
      generationConfig: { presencePenalty: 0, temperature: 1 },
    });
    expect(contentOf(bodies()[0] as GoogleBody).images).toHaveLength(2);
  });

  it.each<[object, RegExp]>([
    [{ contents: [] }, /judgeOptions\.request\.contents .* the judge writes it/],
    [{ system_instruction: {} }, /judgeOptions\.request\.systemInstruction/],
    [
      { generation_config: { top_k: 1 } },
      /judgeOptions\.request\.generationConfig\.topK \(found 1\) cannot be set/,
    ],
    [
      { generationConfig: { thinkingConfig: {} } },
      /set judgeOptions\.effort or judgeOptions\.thinkingBudget/,
    ],
    [{ generationConfig: 7 }, /generationConfig \(found 7\) must be an object/],
  ])('that are the judge’s own are refused: %o', (request, message) => {
    expect(() => createGoogleJudge('gemini-3-flash', judgeOptions({ request }))).toThrow(message);
  });
});

describe('the key of AI Studio', () => {
  const keyOf = (options: object = {}) =>
    createGoogleJudge('gemini-3-flash', judgeOptions(options)).access?.keyVariable;

  beforeEach(() => {
    vi.stubEnv('GEMINI_API_KEY', '');
    vi.stubEnv('GOOGLE_API_KEY', '');
    vi.stubEnv('GOOGLE_GEMINI_BASE_URL', '');
  });

  it('is that of the variable which is set, in the order of the SDK', () => {
    expect(keyOf()).toBe('GEMINI_API_KEY');
    vi.stubEnv('GEMINI_API_KEY', 'a-key');
    expect(keyOf()).toBe('GEMINI_API_KEY');
    vi.stubEnv('GOOGLE_API_KEY', 'another-key');
    expect(keyOf()).toBe('GOOGLE_API_KEY');
    expect(keyOf({ apiKeyEnv: 'MY_KEY' })).toBe('MY_KEY');
  });

  it('goes to no other address', async () => {
    vi.stubEnv('GEMINI_API_KEY', 'a-key-of-google');
    const { judge, server } = await setUp({}, { ...SAMPLES, samples: 1 });
    await judge.ask(quality, {});
    expect(JSON.stringify(server.questions[0]?.headers)).not.toContain('a-key-of-google');
  });

  it('goes where it is named, and does not come back in an error', async () => {
    vi.stubEnv('MY_KEY', 'a-key-that-is-named');
    const { judge, server } = await setUp(
      {
        reply: () => ({
          status: 403,
          body: errorBody('PERMISSION_DENIED', 'Consumer a-key-that-is-named is suspended'),
        }),
      },
      { ...SAMPLES, samples: 1, apiKeyEnv: 'MY_KEY' },
    );
    const error = await judge.ask(quality, {}).catch((caught: Error) => caught);
    expect(server.questions[0]?.headers['x-goog-api-key']).toBe('a-key-that-is-named');
    expect(String(error)).toMatch(/HTTP 403: Consumer \[MY_KEY\] is suspended/);
  });

  it('is never taken from a wish for Vertex AI in the environment', async () => {
    vi.stubEnv('GOOGLE_GENAI_USE_VERTEXAI', 'true');
    vi.stubEnv('GOOGLE_CLOUD_PROJECT', 'my-project');
    vi.stubEnv('GOOGLE_CLOUD_LOCATION', 'europe-west4');
    const { judge, server } = await setUp({}, { ...SAMPLES, samples: 1 });
    await judge.ask(quality, {});
    expect(server.questions[0]?.path).toBe('/v1beta/models/gemini-2.5-flash:generateContent');
  });
});
