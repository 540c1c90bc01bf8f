import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallApiContextParams } from 'promptfoo';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import debiasedScore from '../../assertions/debiased-score.ts';
import DebiasedProvider from '../../providers/debiased.ts';
import { rawInput } from '../../src/images/resize.ts';
import { sharedPixelPool } from '../../src/method/pixel-pool.ts';
import type { RowOutput } from '../../src/method/row-output.ts';
import { picture } from '../images/pictures.ts';
import {
  type ChatRequestBody,
  contentOf,
  type OpenaiServer,
  startOpenaiServer,
} from '../servers/openai.ts';

/** Gives P of the first choice by what the request shows and says. */
let probability: (shown: { images: Buffer[]; text: string }) => number = () => 0.5;
/** What every sample says, where it is no single word. */
let says: ((text: string) => string[]) | undefined;

const chatReply = (texts: readonly string[], count: number) => ({
  status: 200,
  body: {
    ...{ id: randomUUID(), object: 'chat.completion', created: 0, model: 'test' },
    choices: Array.from({ length: count }, (_, index) => ({
      ...{ index, finish_reason: 'stop', logprobs: null },
      message: { role: 'assistant', content: texts[index % texts.length], refusal: null },
    })),
    usage: { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 },
  },
});

let folder = '';
let server: OpenaiServer;
let stores = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-methods-'));
  await writeFile(join(folder, 'a.png'), await rawInput(picture(300, 200)).png().toBuffer());
  server = await startOpenaiServer({
    probability: (body: ChatRequestBody) => probability(contentOf(body)),
    reply: (body) => {
      const texts = says?.(contentOf(body).text);
      return texts && chatReply(texts, body.n ?? 1);
    },
  });
});
beforeEach(() => {
  stores += 1;
  vi.stubEnv('PROMPTFOO_CONFIG_DIR', folder);
  vi.stubEnv('PROMPTFOO_IQA_STORE', join(folder, `answers-${stores}.sqlite`));
});
afterEach(() => {
  says = undefined;
  vi.unstubAllEnvs();
  server.requests.length = 0;
});
afterAll(async () => {
  await server.close();
  await sharedPixelPool.close();
  await rm(folder, { recursive: true });
});

async function rate(prompt: object, judgeOptions: object = {}, config: object = {}) {
  const provider = new DebiasedProvider({
    id: 'x',
    config: {
      judge: 'openai:test',
      judgeOptions: { baseUrl: server.baseUrl, minCoveredMass: 0.5, ...judgeOptions },
      preview: 'none',
      ...config,
    },
  });
  const text = JSON.stringify(prompt);
  const response = await provider.callApi(text, {
    vars: { image: join(folder, 'a.png'), mos: 1, dataset: 'd' } as CallApiContextParams['vars'],
    prompt: { raw: text, label: 'prompts/x.yaml' },
    evaluationId: 'test',
    repeatIndex: 0,
    testIdx: 0,
  });
  return { ...response, output: response.output as RowOutput };
}

const wording = (content: string) => ({ content, choices: { good: 1, poor: 0 } });

describe('several wordings', () => {
  const prompt = { condition: 'none', quality: [wording('First?'), wording('Second?')] };

  it('are asked each, and averaged', async () => {
    probability = ({ text }) => (text.startsWith('First') ? 0.9 : 0.3);
    const { output, error, metadata } = await rate(prompt);
    expect(error).toBeUndefined();
    expect(server.requests).toHaveLength(2);
    expect(output.score).toBeCloseTo(0.6, 9);
    const [condition] = output.conditions;
    expect(condition?.parts?.map(({ wording }) => wording)).toEqual([1, 2]);
    expect(condition?.parts?.[0]?.quality).toBeCloseTo(0.9, 9);
    expect(condition?.parts?.[1]?.quality).toBeCloseTo(0.3, 9);
    expect(metadata?.answers).toMatchObject([{ wording: 1 }, { wording: 2 }]);
    const { namedScores, reason } = debiasedScore(output, {});
    expect(namedScores?.['score wording 1']).toBeCloseTo(0.9, 9);
    expect(namedScores?.['score wording 2']).toBeCloseTo(0.3, 9);
    expect(reason).toMatch(/mean of wording 1: 0\.900, wording 2: 0\.300$/);
  });

  it('share the answers of a file that asks one of them', async () => {
    await rate({ condition: 'none', quality: wording('First?') });
    await rate(prompt);
    expect(server.requests).toHaveLength(2);
  });

  it('have the standard error of a mean of independent estimates', async () => {
    probability = () => 0.5;
    const sampled = { probabilities: 'samples', samples: 16 };
    const { output } = await rate(prompt, sampled);
    const [a, b] = output.conditions[0]?.parts?.map(({ standardError }) => standardError) ?? [];
    const mean = Math.sqrt((a ?? 0) ** 2 + (b ?? 0) ** 2) / 2;
    expect(output.conditions[0]?.standardError).toBeCloseTo(mean, 12);
  });

  it('weight every degraded copy once', async () => {
    probability = ({ text }) => (text.startsWith('First') ? 0.8 : 0.4);
    const similarity = { content: 'The same?', choices: { Yes: 1, No: 0 } };
    await rate({ ...prompt, condition: 'degraded', similarity });
    expect(server.requests).toHaveLength(4 * 3);
  });
});

describe('views', () => {
  const quality = wording('Good or poor?');

  it('are asked about the whole and about pieces at their own resolution', async () => {
    probability = () => 0.7;
    const { output } = await rate({
      ...{ condition: 'none', quality },
      views: { crops: 2, side: 64 },
    });
    const sizes = await Promise.all(
      server.requests.map(async ({ body }) => {
        const { width, height } = await sharp(
          contentOf(body as ChatRequestBody).images[0],
        ).metadata();
        return `${width}x${height}`;
      }),
    );
    expect(sizes.sort()).toEqual(['300x200', '64x64', '64x64']);
    expect(output.conditions[0]?.parts?.map(({ view }) => view)).toEqual([
      'whole',
      'crop 1',
      'crop 2',
    ]);
  });

  it('show the image and its copy at the same place, cut from the degraded image', async () => {
    await rate(
      { condition: 'degraded', quality, views: { whole: false, crops: 1, side: 64 } },
      {},
      { conditions: [{ degradation: 'darkness', severity: 3 }] },
    );
    const [request] = server.requests;
    const { images } = contentOf(request?.body as ChatRequestBody);
    const pixels = await Promise.all(images.map((image) => sharp(image).raw().toBuffer()));
    // The middle of 300 by 200: 237 and 137 places to move, of which half are 118 and 68.
    const middle = await sharp(join(folder, 'a.png'))
      .extract({ left: 118, top: 68, width: 64, height: 64 })
      .raw()
      .toBuffer();
    expect(pixels[1]).toEqual(middle);
    expect(pixels[0]).toHaveLength(middle.length);
    expect(pixels[0]).not.toEqual(middle);
  });

  it('are bought once: one more crop asks one more question', async () => {
    const prompt = (crops: number) => ({
      ...{ condition: 'none', quality },
      views: { crops, side: 64 },
    });
    await rate(prompt(1));
    await rate(prompt(2));
    expect(server.requests).toHaveLength(3);
  });

  it('are refused where a piece has more pixels than may be sent', async () => {
    const prompt = { condition: 'none', quality, views: { crops: 1, side: 128 } };
    const { error } = await rate(prompt, {}, { image: { maxPixels: 10_000 } });
    expect(error).toMatch(/views\.side 128 has more pixels than image\.maxPixels 10000/);
    expect(server.requests).toHaveLength(0);
  });
});

describe('contrast', () => {
  const prompt = { condition: 'contrast', quality: wording('Good or poor?') };
  const conditions = [
    { degradation: 'fog', severity: 4 },
    { degradation: 'spatter', severity: 3 },
  ];

  it('asks the image and each copy alone, and subtracts the logits', async () => {
    const seen = new Map<string, number>();
    // The image first, then its copies, in the order in which they are asked about.
    probability = ({ images }) => {
      const key = images.map((image) => image.toString('base64')).join();
      const known = seen.get(key) ?? [0.8, 0.5, 0.2][seen.size] ?? Number.NaN;
      seen.set(key, known);
      return known;
    };
    const { output, error } = await rate(prompt, { maxConcurrency: 1 }, { conditions });
    expect(error).toBeUndefined();
    const shown = server.requests.map(
      ({ body }) => contentOf(body as ChatRequestBody).images.length,
    );
    expect(shown).toEqual([1, 1, 1]);
    expect(output.method).toBe('contrast');
    const { query = Number.NaN } = output.conditions[0]?.contrast ?? {};
    const copies = output.conditions.map(({ contrast }) => contrast?.copy ?? Number.NaN);
    expect([query, ...copies].toSorted().map((value) => Number(value.toFixed(6)))).toEqual([
      0.2, 0.5, 0.8,
    ]);
    const logit = (p: number) => Math.log(p) - Math.log(1 - p);
    const difference = logit(query) - (logit(copies[0]!) + logit(copies[1]!)) / 2;
    expect(output.score).toBeCloseTo(1 / (1 + Math.exp(-difference)), 9);
    expect(debiasedScore(output, {}).score).toBeCloseTo(output.score, 12);
  });

  it('is refused for samples before anything is bought, with the reason', async () => {
    const sampled = { probabilities: 'samples', samples: 8 };
    const { error } = await rate(prompt, sampled, { conditions });
    expect(error).toMatch(/subtracts logits of probabilities, and a share of a few samples/);
    expect(server.requests).toHaveLength(0);
  });
});

describe('anchors', () => {
  const asked = {
    condition: 'none',
    anchors: {
      dataset: { format: 'csv', config: { file: '', image: 'image', mos: 'mos' } },
      ...{ count: 2, pool: 6 },
    },
    quality: {
      content: [
        'anchor',
        'This one has {{anchor.mos}}, {{anchor.percent}} %.',
        'query',
        'Rate it.',
      ],
      scale: { min: 0, max: 100 },
    },
  };
  const NAMES = ['0.png', '1.png', '2.png', '3.png', '4.png', 'a.png'];

  /** Six images of which the query image is one; its score is the last. */
  async function prompt(scores: readonly number[]) {
    for (const [index, name] of NAMES.slice(0, 5).entries()) {
      const image = picture(60, 40);
      // A bright band at a place of its own, so that no two look alike.
      image.data.fill(20);
      image.data.fill(250, index * 1200, index * 1200 + 1200);
      await writeFile(join(folder, name), await rawInput(image).png().toBuffer());
    }
    const file = join(folder, 'scores.csv');
    const lines = NAMES.map((name, index) => `${name},${scores[index]}`);
    await writeFile(file, ['image,mos', ...lines].join('\n'));
    const config = { file, image: 'image', mos: 'mos' };
    return { ...asked, anchors: { ...asked.anchors, dataset: { format: 'csv', config } } };
  }

  it('stand before the image, each with its score', async () => {
    probability = () => 0.5;
    const { output, error, metadata } = await rate(await prompt([1, 2, 3, 4, 5, 3]), {
      probabilities: 'samples',
      samples: 1,
    });
    expect(error).toBeUndefined();
    const [request] = server.requests;
    const { images, text } = contentOf(request?.body as ChatRequestBody);
    expect(images).toHaveLength(3);
    const query = await rawInput(picture(300, 200)).raw().toBuffer();
    expect(await sharp(images[2]).raw().toBuffer()).toEqual(query);
    const said = [...text.matchAll(/This one has (\d), (\d+) %\./g)].map(([, mos, percent]) => [
      Number(mos),
      Number(percent),
    ]);
    // Evenly spread over the five others: the lowest and the highest.
    expect(said.toSorted()).toEqual([
      [1, 0],
      [5, 100],
    ]);
    expect(metadata?.anchors).toHaveLength(2);
    expect(output.isAnchor).toBe(true);
  });

  it.each<[string, number]>([
    ['another one in the middle', 4],
    ['the least of all', -20],
    ['the greatest of all', 90],
  ])("do not depend on the image's own score: %s", async (_, own) => {
    const options = { probabilities: 'samples', samples: 1 };
    await rate(await prompt([1, 2, 3, 4, 5, 2]), options);
    await rate(await prompt([1, 2, 3, 4, 5, own]), { ...options, samples: 1 });
    expect(server.requests).toHaveLength(1);
  });

  it.each<[string, object, RegExp]>([
    [
      'an unknown format',
      { dataset: { format: 'cvs' } },
      /unknown format "cvs", did you mean "csv"/,
    ],
    [
      'more than there are',
      { count: 6 },
      /6 images with a readable score, and more than anchors\.count 6/,
    ],
    [
      'a draw by scores',
      { dataset: { format: 'csv', config: { file: 'x.csv', limit: 3 } } },
      /dataset\.config\.limit draws images by their scores.*set pool/,
    ],
  ])('are refused with a reason: %s', async (_, anchors, reason) => {
    const made = await prompt([1, 2, 3, 4, 5, 3]);
    const { error } = await rate({ ...made, anchors: { ...made.anchors, ...anchors } });
    expect(error).toMatch(reason);
  });

  it.each<[string, object, RegExp]>([
    [
      'nothing says where they come from',
      {
        condition: 'none',
        quality: wording('?') && { ...wording('?'), content: ['anchor', 'query', '?'] },
      },
      /does not say where anchors come from/,
    ],
    [
      'a text speaks of one that it does not follow',
      { ...asked, quality: { ...asked.quality, content: ['anchor', 'query', '{{anchor.mos}}?'] } },
      /does not follow anchor directly/,
    ],
    [
      'it asks for what anchors do not have',
      {
        ...asked,
        quality: { ...asked.quality, content: ['anchor', '{{anchor.name}}', 'query', '?'] },
      },
      /of an anchor there are anchor\.mos and anchor\.percent/,
    ],
  ])('are refused in a prompt file where %s', async (_, broken, reason) => {
    expect((await rate(broken)).error).toMatch(reason);
  });
});

describe('dimensions', () => {
  const prompt = {
    condition: 'none',
    dimensions: ['sharpness', 'noise'],
    quality: { content: 'Rate it.', scale: { min: 1, max: 5 } },
  };
  const sampled = { samples: 2 };

  it('are answered in one reply, and are metrics of their own', async () => {
    says = () => [
      '{"quality": 4, "sharpness": 2, "noise": 5}',
      '```json\n{"Quality": 5, "sharpness": "3", "noise": 5}\n```',
    ];
    const { output, error } = await rate(prompt, sampled);
    expect(error).toBeUndefined();
    const [request] = server.requests;
    expect(contentOf(request?.body as ChatRequestBody).text).toContain(
      'Its keys are "quality", "sharpness", "noise"; each value is a number from 1 to 5.',
    );
    // Means 4.5, 2.5 and 5 of 1 to 5.
    expect(output).toMatchObject({ source: 'samples', samples: 2 });
    expect(output.score).toBeCloseTo(3.5 / 4, 12);
    const { namedScores } = debiasedScore(output, {});
    expect(namedScores?.sharpness).toBeCloseTo(1.5 / 4, 12);
    expect(namedScores?.noise).toBe(1);
  });

  it.each<[string, string]>([
    ['no object', '4'],
    ['without a field', '{"quality": 4, "sharpness": 2}'],
    ['outside the scale', '{"quality": 4, "sharpness": 2, "noise": 9}'],
    ['with the same field twice', '{"quality": 4, "QUALITY": 1, "sharpness": 2, "noise": 3}'],
    ['with an answer that is a list', '{"quality": [4], "sharpness": 2, "noise": 3}'],
  ])('are an error where replies are %s', async (_, text) => {
    says = () => [text];
    const { error } = await rate(prompt, sampled);
    expect(error).toMatch(
      /sampled answers were not a JSON object with quality, sharpness, noise, each a number from 1 to 5/,
    );
  });

  it('have answers of their own in the store', async () => {
    says = (text) =>
      text.includes('JSON') ? ['{"quality": 4, "sharpness": 2, "noise": 5}'] : ['2'];
    const { dimensions: _, ...alone } = prompt;
    const { output } = await rate(alone, { ...sampled, probabilities: 'samples' });
    expect(output.score).toBeCloseTo(0.25, 12);
    expect((await rate(prompt, { ...sampled, probabilities: 'samples' })).output.score).toBeCloseTo(
      0.75,
      12,
    );
  });

  it('are refused by judges that rate the quality alone', async () => {
    const { error } = await rate(prompt, {}, { judge: 'statistical', judgeOptions: {} });
    expect(error).toMatch(/nothing about sharpness, noise; this judge rates the quality alone/);
  });

  it.each<[string, object, RegExp]>([
    [
      'names the quality itself',
      { dimensions: ['Quality'] },
      /"quality" is what the question itself/,
    ],
    ['names one twice', { dimensions: ['noise', 'Noise'] }, /a dimension stands there twice/],
    ['needs probabilities', { condition: 'contrast' }, /their answers are sampled/],
  ])('are refused in a prompt file that %s', async (_, fields, reason) => {
    expect((await rate({ ...prompt, ...fields })).error).toMatch(reason);
  });
});
