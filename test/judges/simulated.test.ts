import { afterAll, describe, expect, it } from 'vitest';
import type { RawImage } from '../../src/images/raw-image.ts';
import { rawInput } from '../../src/images/resize.ts';
import { createJudge } from '../../src/judges/index.ts';
import type { Question } from '../../src/judges/question.ts';
import { createSimulatedJudge } from '../../src/judges/simulated.ts';
import { sharedPixelPool } from '../../src/method/pixel-pool.ts';
import { picture } from '../images/pictures.ts';
import { judgeContract } from './contract.ts';
import { judgeOptions } from './options.ts';
import {
  FIVE_LEVELS,
  GOOD_POOR,
  judgeImage,
  pairQuestion,
  qualityQuestion,
  similarityQuestion,
} from './questions.ts';

const simulated = (options: object = {}) =>
  createSimulatedJudge(judgeOptions(options), sharedPixelPool);
afterAll(() => sharedPixelPool.close());

const SIZE = 96;
/** Stripes and a fine pattern; `above` and `below` are the grey levels of the halves. */
function scene(above: number, below: number, amplitude = 40): RawImage {
  const data = new Uint8Array(SIZE * SIZE * 3);
  for (let i = 0; i < SIZE * SIZE; i++) {
    const [x, y] = [i % SIZE, Math.floor(i / SIZE)];
    const level = y < SIZE / 2 ? above : below;
    const detail = amplitude * Math.sign(Math.sin(x / 3) * Math.cos(y / 5));
    data.fill(level + detail, 3 * i, 3 * i + 3);
  }
  return { data, width: SIZE, height: SIZE };
}
const sky = judgeImage('query', scene(190, 60));
const ground = judgeImage('query', scene(60, 190));
const copyOf = (image: RawImage) => judgeImage('conditional', image);

const logit = (p: number) => Math.log(p / (1 - p));
const good = async (question: Question, options: object = {}) =>
  (await simulated(options).ask(question, {})).probabilities?.[0] as number;

/** The expected value of its choices. */
async function answered(
  question: ReturnType<typeof pairQuestion>,
  options: object = {},
): Promise<number> {
  const { probabilities } = await simulated(options).ask(question, {});
  return question.choices.reduce((sum, { value }, i) => sum + value * probabilities![i]!, 0);
}

describe.each([
  ['with probabilities', {}],
  ['with samples', { probabilities: 'samples', samples: 40 }],
])('the simulated judge %s', (_, options) => {
  it.each(judgeContract.filter(({ name }) => !('samples' in options) || !/order of/.test(name)))(
    '$name',
    ({ check }) => check(simulated(options)),
  );
});

describe('the simulated judge', () => {
  it('says in each answer that it is no model', async () => {
    for (const options of [{}, { probabilities: 'samples' }]) {
      const judge = simulated(options);
      expect(judge.notice).toBe('simulated, no model');
      expect(await judge.ask(qualityQuestion([sky]), {})).toMatchObject({
        model: 'simulated, no model',
        notice: 'simulated, no model',
        costUsd: 0,
        reused: false,
      });
    }
  });

  it('prefers light above dark to dark above light, of equal quality', async () => {
    const [light, dark] = [
      await good(qualityQuestion([sky])),
      await good(qualityQuestion([ground])),
    ];
    expect(logit(light) - logit(dark)).toBeGreaterThan(1);
  });

  it('prefers the sharper of two images of one content', async () => {
    const { data, info } = await rawInput(picture(SIZE, SIZE))
      .blur(3)
      .raw()
      .toBuffer({ resolveWithObject: true });
    const blurred = judgeImage('query', { data, width: info.width, height: info.height });
    const [sharp, soft] = [
      await good(qualityQuestion([judgeImage('query', picture(SIZE, SIZE))])),
      await good(qualityQuestion([blurred])),
    ];
    expect(logit(sharp) - logit(soft)).toBeGreaterThan(1);
  });

  it('is swayed less by the content beside a poor copy, and finds nearly everything good', async () => {
    const beside = async (image: typeof sky) =>
      good(qualityQuestion([copyOf(await image.pixels()), image]));
    const alone = async (image: typeof sky) => good(qualityQuestion([image]));
    const gapAlone = logit(await alone(sky)) - logit(await alone(ground));
    const gapBeside = logit(await beside(sky)) - logit(await beside(ground));
    expect(gapBeside).toBeLessThan(gapAlone / 2);
    expect(gapBeside).toBeGreaterThan(0);
    expect(await beside(ground)).toBeGreaterThan(await alone(ground));
  });

  it('knows an image again in its copy, and not in another one', async () => {
    const same = await good(similarityQuestion([copyOf(scene(180, 70, 30)), sky]));
    const other = await good(similarityQuestion([copyOf(picture(SIZE, SIZE)), sky]));
    expect(same).toBeGreaterThan(0.9);
    expect(other).toBeLessThan(0.3);
  });

  it('prefers of two images the one that it would rate higher alone, in any order', async () => {
    const anchor = judgeImage('anchor', scene(60, 190));
    const options = { probabilities: 'samples', samples: 400 };
    for (const way of [{}, options]) {
      const [first, second] = [
        await answered(pairQuestion([sky, anchor]), way),
        await answered(pairQuestion([anchor, sky]), way),
      ];
      expect(first).toBeGreaterThan(0.8);
      expect(second).toBeLessThan(0.2);
    }
  });

  it('favours the image that stands first by as much as it is told', async () => {
    const twin = judgeImage('anchor', scene(190, 60));
    const two = [
      { label: 'first', value: 1 },
      { label: 'second', value: 0 },
    ];
    const moved = async (positionBias: number) =>
      logit(await answered(pairQuestion([sky, twin], two), { positionBias })) -
      logit(await answered(pairQuestion([sky, twin], two)));
    // 1.5 is how sharply it decides.
    expect(await moved(1)).toBeCloseTo(1.5, 9);
    expect(await moved(-2)).toBeCloseTo(-3, 9);
    const given = { judge: 'statistical', judgeOptions: judgeOptions({ positionBias: 1 }) };
    expect(() => createJudge(given, sharedPixelPool)).toThrow(
      'judgeOptions.positionBias (found 1) is not for this judge: it is built into judge: simulated alone',
    );
  });

  it('is swayed less by what the rated image shows, beside a poor copy of it', async () => {
    const anchor = judgeImage('anchor', picture(SIZE, SIZE));
    const preferred = async (image: typeof sky, copies: (typeof sky)[]) =>
      logit(await answered(pairQuestion([...copies, image, anchor], FIVE_LEVELS)));
    const gap = async (copy: (image: typeof sky) => Promise<(typeof sky)[]>) =>
      (await preferred(sky, await copy(sky))) - (await preferred(ground, await copy(ground)));
    const alone = await gap(async () => []);
    const beside = await gap(async (image) => [copyOf(await image.pixels())]);
    expect(beside).toBeLessThan(alone / 2);
    expect(beside).toBeGreaterThan(0);
  });

  it('says the same of an image by any choices and scale, worse to better', async () => {
    const five = await simulated().ask(qualityQuestion([ground], FIVE_LEVELS), {});
    const expected = FIVE_LEVELS.reduce(
      (sum, { value }, i) => sum + value * (five.probabilities?.[i] as number),
      0,
    );
    const { choices: _, ...base } = qualityQuestion([ground]);
    const rating = await simulated().ask(
      { ...base, choices: undefined, scale: { min: 1, max: 5 } },
      {},
    );
    expect(((rating.value as number) - 1) / 4).toBeCloseTo(expected, 6);
    const better = await simulated().ask(qualityQuestion([sky], FIVE_LEVELS), {});
    const mean = better.probabilities?.reduce((s, p, i) => s + p * FIVE_LEVELS[i]!.value, 0);
    expect(mean).toBeGreaterThan(expected);
  });

  it('answers the same question alike, and one in other words a little otherwise', async () => {
    const question = qualityQuestion([sky]);
    const other = { ...question, content: [{ image: 0 }, { text: 'Is it good or poor?' }] };
    const options = { probabilities: 'samples', samples: 50 };
    for (const way of [{}, options]) {
      expect(await simulated(way).ask(question, {})).toMatchObject({
        probabilities: (await simulated(way).ask(question, {})).probabilities,
      });
    }
    const moved = Math.abs((await good(question)) - (await good(other)));
    expect(moved).toBeGreaterThan(0);
    expect(moved).toBeLessThan(0.3);
  });

  it('draws samples from its probabilities', async () => {
    const many = { probabilities: 'samples', samples: 1000 };
    const question = qualityQuestion([ground], FIVE_LEVELS);
    const exact = await simulated().ask(question, {});
    const drawn = await simulated(many).ask(question, {});
    expect(drawn).toMatchObject({ source: 'samples', samples: 1000 });
    for (const [i, p] of (exact.probabilities as number[]).entries()) {
      // Four standard errors.
      const room = 4 * Math.sqrt((p * (1 - p)) / 1000) + 1e-9;
      expect(Math.abs((drawn.probabilities?.[i] as number) - p)).toBeLessThanOrEqual(room);
    }
    const { choices: _, ...base } = qualityQuestion([ground]);
    const rated = { ...base, choices: undefined, scale: { min: 0, max: 100 } };
    const [mean, sampled] = [
      await simulated().ask(rated, {}),
      await simulated(many).ask(rated, {}),
    ];
    const error = sampled.standardError as number;
    expect(Math.abs((sampled.value as number) - (mean.value as number))).toBeLessThan(4 * error);
  });

  it('costs what a price says, for tokens that are made up with it, each sample its own request', async () => {
    const price = { inputUsdPerMillionTokens: 1000, outputUsdPerMillionTokens: 0 };
    const cost = async (options: object) => {
      const given = { judge: 'simulated', judgeOptions: judgeOptions({ price, ...options }) };
      const judge = createJudge(given, sharedPixelPool);
      return (await judge.ask(qualityQuestion([sky]), {})).costUsd as number;
    };
    const one = await cost({});
    expect(one).toBeGreaterThan(0.1);
    expect(await cost({ probabilities: 'samples', samples: 8 })).toBeCloseTo(8 * one, 9);
  });

  it('refuses what it cannot do', async () => {
    expect(() => simulated({ probabilities: 'logprobs' })).toThrow(
      'judge: "simulated": it has no tokens',
    );
    const named = { judge: 'simulated:gpt', judgeOptions: judgeOptions() };
    expect(() => createJudge(named, sharedPixelPool)).toThrow('has no models; write simulated');
    await expect(simulated().ask(similarityQuestion([sky]), {})).rejects.toThrow(
      'a question of similarity shows one image',
    );
    await expect(simulated().ask(pairQuestion([sky]), {})).rejects.toThrow(
      'a question of a pair compares no two images',
    );
    await expect(simulated().ask(qualityQuestion([], GOOD_POOR), {})).rejects.toThrow(
      'the question shows no image',
    );
  });
});
