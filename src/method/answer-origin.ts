import { answerScore } from './judges/check-answer.ts';
import type { Answer, Question } from './judges/judge.ts';
import type { ConditionResult, RowOutput } from './row-output.ts';

/** Where the numbers of a row come from, and how much they rest on: sampled replies, token probability. */
export function originOf(
  answers: readonly Answer[],
): Pick<RowOutput, 'source' | 'samples' | 'coveredMass' | 'invalidSamples'> {
  const sampled = answers.flatMap(({ samples }) => samples ?? []);
  const covered = answers.flatMap(({ coveredMass }) => coveredMass ?? []);
  const invalidSamples = answers.reduce((sum, answer) => sum + (answer.invalidSamples ?? 0), 0);
  return {
    source: [...new Set(answers.map(({ source }) => source))].join('+'),
    ...(sampled.length > 0 && { samples: Math.min(...sampled) }),
    ...(covered.length > 0 && { coveredMass: Math.min(...covered) }),
    ...(invalidSamples > 0 && { invalidSamples }),
  };
}

/** `samples, n = 8` */
export const describeOrigin = ({
  source,
  samples,
  coveredMass,
  invalidSamples,
}: RowOutput): string =>
  [
    source,
    ...(samples === undefined ? [] : [`n = ${samples}`]),
    ...(coveredMass === undefined ? [] : [`covered mass ${coveredMass.toFixed(3)}`]),
    ...(invalidSamples === undefined ? [] : [`${invalidSamples} invalid`]),
  ].join(', ');

/** The score of an answer and its standard error, both in 0..1. */
export function estimateOf(
  question: Question,
  answer: Answer,
): Pick<ConditionResult, 'standardError'> & { quality: number } {
  const range = question.scale ? question.scale.max - question.scale.min : 1;
  const { standardError } = answer;
  return {
    quality: answerScore(question, answer),
    ...(standardError !== undefined && { standardError: standardError / range }),
  };
}
