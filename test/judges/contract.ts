import { expect } from 'vitest';
import type { Answer } from '../../src/judges/answer.ts';
import { checkAnswer } from '../../src/judges/check-answer.ts';
import type { Judge } from '../../src/judges/judge.ts';
import type { Question } from '../../src/judges/question.ts';
import { picture } from '../images/pictures.ts';
import {
  FIVE_LEVELS,
  GOOD_POOR,
  judgeImage,
  pairQuestion,
  qualityQuestion,
  similarityQuestion,
} from './questions.ts';

/**
 * What every judge must do. Each judge's test runs all of it (`it.each(judgeContract)`); a test of
 * the contract itself runs it against judges that are wrong on purpose.
 */
export interface ContractClause {
  name: string;
  check(judge: Judge): Promise<void>;
}

const query = judgeImage('query', picture(96, 64));
const anchor = judgeImage('anchor', picture(80, 80));
const conditional = judgeImage('conditional', picture(64, 96));
const PROBABILITY_TOLERANCE = 1e-6;

async function askChecked(judge: Judge, question: Question): Promise<Answer> {
  return checkAnswer(judge.id, question, await judge.ask(question, {}));
}

/** Judges that sample are compared through questions whose answer does not vary. */
export const judgeContract: readonly ContractClause[] = [
  {
    name: 'gives one probability per choice, each in 0..1, summing to 1',
    async check(judge) {
      for (const choices of [GOOD_POOR, FIVE_LEVELS]) {
        const { probabilities } = await askChecked(judge, qualityQuestion([query], choices));
        expect(probabilities).toHaveLength(choices.length);
      }
    },
  },
  {
    name: 'gives the probabilities in the order of the choices',
    async check(judge) {
      const forward = await askChecked(judge, qualityQuestion([query], GOOD_POOR));
      const backward = await askChecked(judge, qualityQuestion([query], [...GOOD_POOR].reverse()));
      const [good, poor] = forward.probabilities as [number, number];
      expect(
        Math.abs(good - poor),
        'the clause needs an image that is not rated 50:50',
      ).toBeGreaterThan(0.01);
      expect(backward.probabilities?.[0]).toBeCloseTo(poor, 6);
      expect(backward.probabilities?.[1]).toBeCloseTo(good, 6);
    },
  },
  {
    name: 'answers questions about two images, of quality and of similarity',
    async check(judge) {
      await askChecked(judge, qualityQuestion([conditional, query]));
      await askChecked(judge, similarityQuestion([conditional, query]));
    },
  },
  {
    name: 'answers which of two images is better, alone and beside a poor copy',
    async check(judge) {
      await askChecked(judge, pairQuestion([query, anchor]));
      await askChecked(judge, pairQuestion([conditional, anchor, query]));
    },
  },
  {
    name: 'answers a rating within its scale',
    async check(judge) {
      const { choices: _, ...base } = qualityQuestion([query]);
      const answer = await askChecked(judge, {
        ...base,
        choices: undefined,
        scale: { min: 20, max: 80 },
      });
      expect(answer.value).toBeGreaterThanOrEqual(20);
      expect(answer.value).toBeLessThanOrEqual(80);
    },
  },
  {
    name: 'says where its numbers come from',
    async check(judge) {
      const answer = await askChecked(judge, qualityQuestion([query]));
      expect(['logprobs', 'samples', 'computed']).toContain(answer.source);
      expect(answer.model).not.toBe('');
      expect(answer.latencyMs).toBeGreaterThanOrEqual(0);
      if (answer.source === 'samples') {
        expect(answer.samples).toBeGreaterThan(0);
        expect(answer.standardError).toBeGreaterThanOrEqual(0);
      }
      if (answer.source === 'logprobs') {
        expect(answer.coveredMass).toBeGreaterThan(0);
        expect(answer.coveredMass).toBeLessThanOrEqual(1 + PROBABILITY_TOLERANCE);
      }
    },
  },
  {
    name: 'leaves the question as it was',
    async check(judge) {
      const pixelsBefore = Buffer.from((await query.pixels()).data);
      const question = qualityQuestion([query]);
      const before = JSON.stringify(question);
      await askChecked(judge, question);
      expect(JSON.stringify(question)).toBe(before);
      expect(Buffer.from((await query.pixels()).data)).toEqual(pixelsBefore);
    },
  },
  {
    name: 'honours an abort signal',
    async check(judge) {
      const reason = new Error('stopped by the test');
      await expect(
        judge.ask(qualityQuestion([query]), { signal: AbortSignal.abort(reason) }),
      ).rejects.toThrow();
    },
  },
];
