import { describe, expect, it } from 'vitest';
import type { Answer } from '../../src/judges/answer.ts';
import type { Question } from '../../src/judges/question.ts';
import { describeOrigin, estimateOf, originOf } from '../../src/method/answer-origin.ts';
import type { RowOutput } from '../../src/method/row-output.ts';
import { FIVE_LEVELS, qualityQuestion } from '../judges/questions.ts';

const answer = (facts: Partial<Answer>): Answer =>
  ({ source: 'samples', model: 'm', reused: false, probabilities: [1, 0], ...facts }) as Answer;

describe('where the numbers of a row come from', () => {
  it('says the fewest samples and the least covered mass, and counts all invalid samples', () => {
    const sampled = [7, 8, 5, 8].map((samples, i) => answer({ samples, invalidSamples: i }));
    expect(originOf(sampled)).toEqual({ source: 'samples', samples: 5, invalidSamples: 6 });
    const covered = [0.97, 0.62, 0.99].map((coveredMass) =>
      answer({ source: 'logprobs', coveredMass }),
    );
    expect(originOf(covered)).toEqual({ source: 'logprobs', coveredMass: 0.62 });
    expect(originOf([...covered, ...sampled])).toEqual({
      source: 'logprobs+samples',
      coveredMass: 0.62,
      samples: 5,
      invalidSamples: 6,
    });
    expect(originOf([answer({ source: 'computed' })])).toEqual({ source: 'computed' });
  });

  it('is told in one phrase', () => {
    const row: Omit<RowOutput, 'source'> = {
      score: 0.5,
      conditions: [],
      method: 'debiased',
      weights: 'softmax',
    };
    expect(describeOrigin({ ...row, source: 'samples', samples: 5, invalidSamples: 6 })).toBe(
      'samples, n = 5, 6 invalid',
    );
    expect(describeOrigin({ ...row, source: 'logprobs', coveredMass: 0.6204 })).toBe(
      'logprobs, covered mass 0.620',
    );
  });
});

describe('the estimate of an answer', () => {
  const { choices: _, ...asked } = qualityQuestion([]);
  const rating = (min: number, max: number): Question => ({ ...asked, scale: { min, max } });

  it('and its standard error are shares of the scale', () => {
    const given = answer({ value: 70, standardError: 5 });
    expect(estimateOf(rating(0, 100), given)).toEqual({ quality: 0.7, standardError: 0.05 });
    const fromOne = answer({ value: 4, standardError: 0.5 });
    expect(estimateOf(rating(1, 5), fromOne)).toEqual({ quality: 0.75, standardError: 0.125 });
    const signed = answer({ value: -5, standardError: 2 });
    expect(estimateOf(rating(-10, 10), signed)).toEqual({ quality: 0.25, standardError: 0.1 });
  });

  it('is the expected value of its choices, with the standard error as it is', () => {
    const levels = answer({ probabilities: [0.5, 0.25, 0, 0.25, 0], standardError: 0.1 });
    expect(estimateOf(qualityQuestion([], FIVE_LEVELS), levels)).toEqual({
      quality: 0.75,
      standardError: 0.1,
    });
    expect(estimateOf(rating(0, 10), answer({ value: 3 }))).toEqual({ quality: 0.3 });
  });
});
