import { describe, expect, it } from 'vitest';
import type { Answer } from '../../src/judges/answer.ts';
import { answerScore, checkAnswer } from '../../src/judges/check-answer.ts';
import type { Question } from '../../src/judges/question.ts';
import { FIVE_LEVELS, qualityQuestion } from './questions.ts';

const answer = (facts: Partial<Answer>): Answer =>
  ({ source: 'logprobs', model: 'm', reused: false, ...facts }) as Answer;
const { choices: _, ...asked } = qualityQuestion([]);
const rating = (min: number, max: number): Question => ({ ...asked, scale: { min, max } });
const levels = qualityQuestion([], FIVE_LEVELS);

describe('the score of an answer', () => {
  it.each([
    [0, 100, 70, 0.7],
    [1, 5, 4, 0.75],
    [1, 5, 1, 0],
    [-10, 10, -5, 0.25],
  ])('is the rating between %d and %d: %d is %d', (min, max, value, score) => {
    expect(answerScore(rating(min, max), answer({ value }))).toBe(score);
  });

  it('is the expected value of the choices', () => {
    const probabilities = [0.5, 0, 0.25, 0.125, 0.125];
    expect(answerScore(levels, answer({ probabilities }))).toBe(0.65625);
  });

  it('never leaves 0..1 by rounding', () => {
    const [high, low] = [
      [1.0000004, 0],
      [-1e-9, 1],
    ].map((probabilities) => answerScore(qualityQuestion([]), answer({ probabilities })));
    expect([high, low]).toEqual([1, 0]);
  });
});

describe('an answer is refused', () => {
  it.each<[string, Question, Partial<Answer>, RegExp]>([
    [
      '0.1 % of the probability missing',
      levels,
      { probabilities: [0.999, 0, 0, 0, 0] },
      /sum to 0\.999 instead of 1/,
    ],
    ['0.1 % too much', levels, { probabilities: [1, 0.001, 0, 0, 0] }, /sum to 1\.001/],
    ['a negative one', levels, { probabilities: [1.5, -0.5, 0, 0, 0] }, /the probability 1\.5/],
    ['a choice too few', levels, { probabilities: [0.5, 0.5, 0, 0] }, /4 probabilities for 5/],
    ['none', levels, { value: 1 }, /no probabilities, where the choices were excellent/],
    ['a rating above the scale', rating(1, 5), { value: 5.01 }, /5\.01, which is outside 1\.\.5/],
    ['a rating below it', rating(1, 5), { value: 0.99 }, /0\.99, which is outside 1\.\.5/],
    ['no rating', rating(1, 5), { probabilities: [1] }, /no value, where a rating was asked for/],
  ])('for %s', (_, question, facts, message) => {
    expect(() => checkAnswer('openai:x', question, answer(facts))).toThrow(message);
  });

  it('but not for what rounding leaves', () => {
    for (const last of [0.2 + 5e-7, 0.2 - 5e-7]) {
      const given = answer({ probabilities: [0.2, 0.2, 0.2, 0.2, last] });
      expect(checkAnswer('openai:x', levels, given)).toBe(given);
    }
    for (const value of [1, 5]) {
      expect(checkAnswer('openai:x', rating(1, 5), answer({ value })).value).toBe(value);
    }
  });
});
