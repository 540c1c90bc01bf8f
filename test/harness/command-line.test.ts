import { describe, expect, it } from 'vitest';
import { continuedEvaluation } from '../../src/harness/continued-evaluation.ts';

describe('the evaluation that a command line goes on with', () => {
  it.each([
    [['eval', '--retry-errors'], { filtersAgain: true }],
    [['eval', '--resume'], { filtersAgain: true }],
    [['eval', '--resume', 'latest', '-j', '3'], { filtersAgain: true }],
    [['eval', '--resume', 'eval-x'], { id: 'eval-x', filtersAgain: true }],
    [['eval', '--resume=eval-x'], { id: 'eval-x', filtersAgain: true }],
    [['retry', 'eval-x'], { id: 'eval-x', filtersAgain: false }],
    [['retry', '-c', 'a.yaml', 'eval-x'], { id: 'eval-x', filtersAgain: false }],
    [['--env-file', '.env', 'retry', 'eval-x', '-v'], { id: 'eval-x', filtersAgain: false }],
    [['retry', '--max-concurrency', '2', 'imported'], { id: 'imported', filtersAgain: false }],
  ])('is named by %j', (words, evaluation) => {
    expect(continuedEvaluation(words)).toEqual(evaluation);
  });

  it.each([
    [['eval', '-c', 'a.yaml']],
    [['eval', '--description', 'retry', 'eval-x']],
    [['view']],
    [[]],
  ])('is none in %j', (words) => {
    expect(continuedEvaluation(words)).toBeUndefined();
  });
});
