import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallApiContextParams } from 'promptfoo';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import DebiasedProvider from '../../providers/debiased.ts';
import { rawInput, resizeImage } from '../../src/images/resize.ts';
import { sharedPixelPool } from '../../src/method/pixel-pool.ts';
import type { RecordedAnswer } from '../../src/method/recorded-answer.ts';
import type { RowOutput } from '../../src/method/row-output.ts';
import { flat, picture } from '../images/pictures.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-provider-'));
  // Without a database that knows other evaluations than this one.
  vi.stubEnv('PROMPTFOO_CONFIG_DIR', folder);
  const save = async (name: string, image: Parameters<typeof rawInput>[0]) =>
    writeFile(join(folder, name), await rawInput(image).png().toBuffer());
  await save('colour.png', picture(160, 120));
  await save('small.png', picture(20, 120));
  const grey = picture(160, 120);
  for (let i = 0; i < grey.data.length; i += 3) grey.data.fill(grey.data[i]!, i, i + 3);
  await save('grey.png', grey);
  await save('black.png', flat(160, 120, [0, 0, 0]));
  await save('large.png', await resizeImage(picture(160, 120), { width: 640, height: 480 }));
});
afterAll(async () => {
  await sharedPixelPool.close();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const QDEBIAS = {
  condition: 'degraded',
  quality: { content: 'Good or poor?', choices: { good: 1, poor: 0 } },
  similarity: { content: 'The same?', choices: { Yes: 1, No: 0 } },
};
const { similarity: _, ...FOUR_CALLS } = QDEBIAS;
const TWO_LEVEL = { condition: 'none', quality: QDEBIAS.quality };

const provider = (config: object = {}) =>
  new DebiasedProvider({ id: 'x', config: { judge: 'statistical', preview: 'none', ...config } });

function context(vars: object, prompt: object, extra: object = {}): CallApiContextParams {
  const text = JSON.stringify(prompt);
  return {
    vars: vars as CallApiContextParams['vars'],
    prompt: { raw: text, label: 'prompts/x.yaml' },
    evaluationId: 'test',
    repeatIndex: 0,
    testIdx: 0,
    ...extra,
  };
}

async function rate(image: string, prompt: object, config: object = {}) {
  const vars = { image: join(folder, image), mos: 1, dataset: 'd' };
  const response = await provider(config).callApi(JSON.stringify(prompt), context(vars, prompt));
  return { ...response, output: response.output as RowOutput };
}

describe('an image row', () => {
  it('has a score, its conditions, and what reproduces it', async () => {
    const { output, metadata, error } = await rate('colour.png', QDEBIAS);
    expect(error).toBeUndefined();
    expect(output).toMatchObject({ method: 'debiased', weights: 'softmax', source: 'computed' });
    expect(output.conditions).toHaveLength(4);
    const mean = output.conditions.reduce(
      (sum, { weight, quality }) => sum + weight * (quality ?? 0),
      0,
    );
    expect(output.score).toBeCloseTo(mean, 12);
    expect(metadata).toMatchObject({
      judge: 'statistical',
      seed: 0,
      sent: { encoding: 'png', maxPixels: 'unlimited' },
      mos: 1,
      imageFile: { width: 160, height: 120, sentWidth: 160, sentHeight: 120 },
      versions: { 'promptfoo-iqa': expect.any(String), sharp: expect.any(String) },
      prompt: { text: JSON.stringify(QDEBIAS) },
    });
    expect(metadata?.answers).toHaveLength(8);
    expect(JSON.stringify(metadata)).not.toContain('"data"');
  });

  it('is the same in another process, order and concurrency: it depends on the image and the configuration alone', async () => {
    const [first, second] = await Promise.all([
      rate('colour.png', QDEBIAS),
      rate('colour.png', QDEBIAS),
    ]);
    await rate('large.png', QDEBIAS);
    const third = await rate('colour.png', QDEBIAS, { judgeOptions: { maxConcurrency: 1 } });
    expect(second.output).toEqual(first.output);
    expect(third.output).toEqual(first.output);
    const reseeded = await rate('colour.png', QDEBIAS, { seed: 1 });
    expect(reseeded.output).not.toEqual(first.output);
  });

  it('seeds each copy by the configured seed, the pixels before they are made smaller, and the name', async () => {
    const config = { seed: 3, image: { maxPixels: 160 * 120 } };
    const { metadata } = await rate('large.png', QDEBIAS, config);
    const pixels = await sharp(join(folder, 'large.png')).raw().toBuffer();
    const hex = (text: string | Buffer) => createHash('sha256').update(text).digest('hex');
    const answers = (metadata?.answers ?? []) as RecordedAnswer[];
    expect(answers).toHaveLength(8);
    for (const { degradation, seed } of answers) {
      const digest = hex(`3 ${hex(pixels)} ${degradation}`);
      expect(seed).toBe(Number.parseInt(digest.slice(0, 8), 16));
    }
  });

  it('of one image has that one answer as its score', async () => {
    const { output, metadata } = await rate('colour.png', TWO_LEVEL);
    expect(output).toMatchObject({
      method: 'single-image',
      conditions: [
        { degradation: null, severity: null, weight: 1, quality: output.score, similarity: null },
      ],
    });
    expect(metadata?.answers).toHaveLength(1);
  });

  it('has uniform weights where the prompt asks no similarity question', async () => {
    const { output, metadata } = await rate('colour.png', FOUR_CALLS);
    expect(output.weights).toBe('uniform');
    expect(output.conditions.map(({ weight }) => weight)).toEqual([0.25, 0.25, 0.25, 0.25]);
    expect(metadata?.answers).toHaveLength(4);
  });

  it('leaves out a condition without effect, says so, and renormalises the weights', async () => {
    const { output } = await rate('grey.png', QDEBIAS);
    const saturate = output.conditions.find(({ degradation }) => degradation === 'saturate');
    expect(saturate).toMatchObject({ quality: null, similarity: null, weight: 0, psnrDb: null });
    expect(saturate?.skipped).toMatch(/no effect on this image: the copy is identical to it/);
    expect(output.conditions.filter(({ skipped }) => skipped === undefined)).toHaveLength(3);
    expect(output.conditions.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
  });

  it('is an error in every column where a condition cannot be made', async () => {
    const problem = /small\.png": width 20 of a 20x120 image: degradations need at least 32/;
    for (const prompt of [QDEBIAS, TWO_LEVEL])
      expect((await rate('small.png', prompt)).error).toMatch(problem);
    const alone = await rate('small.png', TWO_LEVEL, { conditions: [] });
    expect(alone.error).toMatch(/image statistics need at least 32 a side/);
  });

  it('of one image needs no conditions', async () => {
    const none = { conditions: [] };
    expect((await rate('colour.png', TWO_LEVEL, none)).output).toEqual(
      (await rate('colour.png', TWO_LEVEL)).output,
    );
    expect((await rate('colour.png', QDEBIAS, none)).error).toMatch(
      /colour\.png": the prompt asks under conditions, and the provider has "conditions: \[\]"/,
    );
  });

  it('is an error with no condition left', async () => {
    const conditions = [
      { degradation: 'saturate', severity: 3 },
      { degradation: 'fog', severity: 4 },
    ];
    const { error, output } = await rate('black.png', QDEBIAS, { conditions });
    expect(output).toBeUndefined();
    expect(error).toMatch(
      /black\.png": no condition is left.*saturate 3: no effect.*fog 4: no effect.*configure other conditions/,
    );
  });

  it('sends both images at the size asked for, degraded at the original one', async () => {
    const { metadata } = await rate('large.png', QDEBIAS, { image: { maxPixels: 160 * 120 } });
    expect(metadata?.imageFile).toMatchObject({
      width: 640,
      height: 480,
      sentWidth: 160,
      sentHeight: 120,
    });
  });

  it.each<[string, object, RegExp]>([
    ['a missing image', { image: 'none.png', mos: 1 }, /^image "none\.png": no such file/],
    [
      'an image too small to degrade',
      { image: 'small.png', mos: 1 },
      /small\.png".*width 20 of a 20x120 image: degradations need at least 32/,
    ],
    ['no image', { mos: 1 }, /vars\.image is missing; give the path of an image file/],
    [
      'a list of images',
      { image: ['a.png', 'b.png'], mos: 1 },
      /vars\.image is \["a\.png","b\.png"\]/,
    ],
    ['no MOS', { image: 'colour.png' }, /row "colour\.png": vars\.mos is missing/],
    ['an empty MOS', { image: 'colour.png', mos: ' ' }, /vars\.mos is " "/],
    [
      'a MOS that is no number',
      { image: 'colour.png', mos: 'high' },
      /vars\.mos is "high"; give the image's mean opinion score as a number/,
    ],
  ])('with %s is an error in one line', async (_, vars, message) => {
    const cwd = process.cwd();
    process.chdir(folder);
    try {
      const { error } = await provider().callApi(JSON.stringify(QDEBIAS), context(vars, QDEBIAS));
      expect(error).toMatch(message);
      expect(error).not.toContain('\n');
    } finally {
      process.chdir(cwd);
    }
  });

  it("is the error that its data set's loader found", async () => {
    const vars = { image: join(folder, 'colour.png'), mos: '' };
    const { error } = await provider().callApi(
      JSON.stringify(QDEBIAS),
      context(vars, QDEBIAS, { test: { metadata: { problem: 'scores.csv, line 3: no score' } } }),
    );
    expect(error).toBe('scores.csv, line 3: no score');
  });

  it('is a row of its own where a var that its prompt or its image mentions differs', async () => {
    const shared = provider();
    const widthOf = async (name: string) => {
      const vars = { image: join(folder, '{{name}}.png'), mos: 1, dataset: 'd', name, other: name };
      const response = await shared.callApi(JSON.stringify(TWO_LEVEL), context(vars, TWO_LEVEL));
      return response.metadata?.imageFile.width;
    };
    expect(await widthOf('colour')).toBe(160);
    expect(await widthOf('large')).toBe(640);
  });

  it('stops when it is aborted', async () => {
    const vars = { image: join(folder, 'colour.png'), mos: 1 };
    const abortSignal = AbortSignal.abort(new Error('stopped by the test'));
    await expect(
      provider().callApi(JSON.stringify(QDEBIAS), context(vars, QDEBIAS), { abortSignal }),
    ).rejects.toThrow('stopped by the test');
  });

  it('carries a contact sheet of less than 60 kB, where one is wanted', async () => {
    const vars = { image: join(folder, 'grey.png'), mos: 1 };
    const call = (preview: unknown, testIdx: number) =>
      provider({ preview }).callApi(JSON.stringify(QDEBIAS), context(vars, QDEBIAS, { testIdx }));
    const shown = await call('all', 5);
    expect(shown.images).toHaveLength(1);
    expect(shown.images?.[0]?.data).toMatch(/^data:image\/webp;base64,/);
    expect((shown.images?.[0]?.data ?? '').length).toBeLessThan(80_000);
    expect((await call('none', 0)).images).toBeUndefined();
    expect((await call(3, 2)).images).toHaveLength(1);
    expect((await call(3, 3)).images).toBeUndefined();
  });
});

describe('a correlation row', () => {
  const rows = ['colour.png', 'large.png', 'grey.png'].map((name, i) => ({ name, mos: i }));
  const request = (template: object, list = rows) => {
    const vars = { image: 'correlation', mos: '', dataset: 'd' };
    const iqaCorrelation = {
      dataset: 'd',
      several: false,
      rows: list.map(({ name, mos }) => ({
        vars: { image: join(folder, name), mos, dataset: 'd' },
      })),
    };
    return context(vars, template, { test: { vars, metadata: { iqaCorrelation } } });
  };

  it('holds every row, whether it was scored before or not', async () => {
    const shared = provider();
    const vars = { image: join(folder, 'colour.png'), mos: 0, dataset: 'd' };
    const scored = await shared.callApi(JSON.stringify(QDEBIAS), context(vars, QDEBIAS));
    const { metadata } = await shared.callApi('', request(QDEBIAS));
    expect(metadata?.correlation.rows.map((row: { mos: number }) => row.mos)).toEqual([0, 1, 2]);
    expect(metadata?.correlation.rows[0].conditions).toEqual(
      (scored.output as RowOutput).conditions,
    );
  });

  it('renders a prompt with the vars of each row', async () => {
    const template = {
      ...TWO_LEVEL,
      quality: { ...TWO_LEVEL.quality, content: 'Rate {{image}} ({{dataset}}).' },
    };
    const { error, metadata } = await provider().callApi('', request(template));
    expect(error).toBeUndefined();
    expect(metadata?.correlation.rows).toHaveLength(3);
  });

  it('is an error that counts and names the rows without a score', async () => {
    const { error, metadata } = await provider().callApi(
      '',
      request(QDEBIAS, [...rows, { name: 'none.png', mos: 4 }]),
    );
    expect(error).toMatch(
      /^d: no correlation, because 1 of 4 images have no score: .*none\.png \(.*no such file.*\)\. Mend them and run again, which buys no answer twice$/,
    );
    expect(metadata?.correlation).toBeUndefined();
  });

  it('is an error where some rows have a group and others none', async () => {
    const asked = request(TWO_LEVEL);
    const listed = asked.test?.metadata?.iqaCorrelation.rows as { vars: { group?: string } }[];
    for (const { vars } of listed.slice(1)) vars.group = 'photograph';
    const { error, metadata } = await provider().callApi('', asked);
    expect(error).toMatch(
      /^d: no correlation, because 1 of 3 images has no group \(.*colour\.png\)/,
    );
    expect(metadata?.correlation).toBeUndefined();
  });

  it('is an error where its rows are no single data set, whatever their scores', async () => {
    const asked = request(QDEBIAS);
    Object.assign(asked.test?.metadata?.iqaCorrelation, { problem: 'two', minCoverage: 0 });
    const { error, metadata } = await provider().callApi('', asked);
    expect(error).toBe('d: no correlation, because two');
    expect(metadata?.correlation).toBeUndefined();
  });
});

describe('what promptfoo reads beside the answer', () => {
  it('an error, whatever its text, is no rate limit', async () => {
    const { error, metadata } = await rate('DSC_0429 rate limit.jpg', TWO_LEVEL);
    expect(error).toContain('DSC_0429 rate limit.jpg');
    expect(metadata?.rateLimitKind).toBe('quota');
    const unanswered = await provider().callApi('{}', undefined);
    expect(unanswered.metadata?.rateLimitKind).toBe('quota');
  });

  it('a correlation row in error is none either', async () => {
    const request = { dataset: '429', several: false, problem: '429', minCoverage: 1, rows: [] };
    const test = { metadata: { iqaCorrelation: request, correlation: request } };
    const response = await provider().callApi('{}', context({}, TWO_LEVEL, { test }));
    expect(response.error).toBeDefined();
    expect(response.metadata?.rateLimitKind).toBe('quota');
  });

  it('columns have ids of their own, but for one without a label, whose prompts promptfoo finds by the id as written', () => {
    const idOf = (options: object, label?: string) => {
      const made = new DebiasedProvider({ id: 'x.ts', ...options });
      if (label) made.label = label;
      return made.id();
    };
    const config = { judge: 'statistical' };
    expect(idOf({ config }, 'a')).toBe('x.ts#a');
    expect(idOf({ config }, 'b')).toBe('x.ts#b');
    expect(idOf({ config })).toBe('x.ts');
  });
});
