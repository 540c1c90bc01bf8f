import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { JudgeImage } from '../../src/images/judge-image.ts';
import { createJudge } from '../../src/judges/index.ts';
import { judgeOptionsSchema } from '../../src/judges/judge-options.ts';
import { createStatisticalJudge, spread } from '../../src/judges/statistical.ts';
import { sharedPixelPool } from '../../src/method/pixel-pool.ts';
import { flat, picture } from '../images/pictures.ts';
import { judgeContract } from './contract.ts';
import {
  FIVE_LEVELS,
  judgeImage,
  pairQuestion,
  qualityQuestion,
  similarityQuestion,
} from './questions.ts';

const SIDES = [
  { label: 'first', value: 1 },
  { label: 'second', value: 0 },
];
const judge = createStatisticalJudge(sharedPixelPool);
afterAll(() => sharedPixelPool.close());

describe('the statistical judge', () => {
  it.each(judgeContract)('$name', ({ check }) => check(judge));

  it('is called what it is: computed, and no model of a vendor', async () => {
    const answer = await judge.ask(qualityQuestion([judgeImage('query', picture(64, 64))]), {});
    expect(answer).toMatchObject({ source: 'computed', model: 'statistical', costUsd: 0 });
  });

  it('rates the query image, wherever the prompt puts it', async () => {
    const query = judgeImage('query', picture(64, 64));
    const conditional = judgeImage('conditional', picture(90, 64));
    const first = await judge.ask(qualityQuestion([query, conditional]), {});
    const second = await judge.ask(qualityQuestion([conditional, query]), {});
    expect(first.probabilities).toEqual(second.probabilities);
    const alone = await judge.ask(qualityQuestion([query]), {});
    expect(alone.probabilities).not.toEqual(first.probabilities);
  });

  it('rates the degraded copy where it is shown alone, as it would any image', async () => {
    const [copy, image] = (['conditional', 'query'] as const).map((role) =>
      judgeImage(role, picture(64, 64)),
    ) as [JudgeImage, JudgeImage];
    const answer = await judge.ask(qualityQuestion([copy]), {});
    expect(answer.probabilities).toEqual(
      (await judge.ask(qualityQuestion([image]), {})).probabilities,
    );
  });

  it('prefers of two images the one that it rates higher, wherever it stands', async () => {
    const sharp = judgeImage('query', picture(64, 64));
    const even = judgeImage('anchor', flat(64, 64, [9, 9, 9]));
    const rated = async (image: JudgeImage) =>
      (await judge.ask(qualityQuestion([{ ...image, role: 'query' }]), {})).probabilities![0]!;
    const compared = async (...images: JudgeImage[]) =>
      (await judge.ask(pairQuestion(images, SIDES), {})).probabilities!;
    const [ofSharp, ofEven] = [await rated(sharp), await rated(even)];
    const logOdds = (p: number) => Math.log(p) - Math.log1p(-p);
    const first = await compared(sharp, even);
    expect(logOdds(first[0]!)).toBeCloseTo(logOdds(ofSharp) - logOdds(ofEven), 6);
    expect((await compared(even, sharp))[1]).toBeCloseTo(first[0]!, 9);
    const copy = judgeImage('conditional', picture(64, 64));
    expect(await compared(copy, sharp, even)).toEqual(first);
  });

  it('answers similarity questions with its documented constant', async () => {
    const images = [
      judgeImage('conditional', picture(70, 64)),
      judgeImage('query', picture(64, 64)),
    ];
    expect((await judge.ask(similarityQuestion(images), {})).probabilities).toEqual([1, 0]);
  });

  it('gives five levels the same expected value as two', async () => {
    const images = [judgeImage('query', picture(64, 64))];
    const two = await judge.ask(qualityQuestion(images), {});
    const five = await judge.ask(qualityQuestion(images, FIVE_LEVELS), {});
    const expected = FIVE_LEVELS.reduce(
      (sum, { value }, i) => sum + value * (five.probabilities?.[i] as number),
      0,
    );
    expect(expected).toBeCloseTo(two.probabilities?.[0] as number, 10);
  });

  it('has no models', () => {
    const config = { judge: 'statistical:large', judgeOptions: judgeOptionsSchema.parse({}) };
    expect(() => createJudge(config, sharedPixelPool)).toThrow(
      /"statistical:large": the embedded judge has no models/,
    );
  });
});

describe('spread', () => {
  it('has the score as its expected value, for any choices that reach around it', () => {
    const values = fc.uniqueArray(fc.double({ min: 0, max: 1, noNaN: true }), {
      minLength: 2,
      maxLength: 6,
    });
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (list, score) => {
        const choices = list.map((value, i) => ({ label: `${i}`, value }));
        const probabilities = spread(choices, score);
        const expected = probabilities.reduce((sum, p, i) => sum + p * list[i]!, 0);
        const reachable = Math.min(Math.max(...list), Math.max(Math.min(...list), score));
        expect(expected).toBeCloseTo(reachable, 9);
        expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
      }),
    );
  });
});
