import type { Answer } from '../judges/answer.ts';
import { answerScore } from '../judges/check-answer.ts';
import type { Question } from '../judges/question.ts';
import type { ConditionResult, RowOutput } from './row-output.ts';

/** Where the numbers of a row come from, and how much they rest on: sampled replies, token probability. */
export function originOf(
  answers: readonly Answer[],
): Pick<RowOutput, 'source' | 'notice' | 'samples' | 'coveredMass' | 'invalidSamples'> {
  const sampled = answers.flatMap(({ samples }) => samples ?? []);
  const covered = answers.flatMap(({ coveredMass }) => coveredMass ?? []);
  const notice = answers.find((answer) => answer.notice !== undefined)?.notice;
  const invalidSamples = answers.reduce((sum, answer) => sum + (answer.invalidSamples ?? 0), 0);
  return {
    source: [...new Set(answers.map(({ source }) => source))].join('+'),
    ...(notice !== undefined && { notice }),
    ...(sampled.length > 0 && { samples: Math.min(...sampled) }),
    ...(covered.length > 0 && { coveredMass: Math.min(...covered) }),
    ...(invalidSamples > 0 && { invalidSamples }),
  };
}

/** `samples, n = 8`; a notice comes first. */
export const describeOrigin = ({
  notice,
  source,
  samples,
  coveredMass,
  invalidSamples,
}: RowOutput): string =>
  [
    ...(notice === undefined ? [] : [notice]),
    source,
    ...(samples === undefined ? [] : [`n = ${samples}`]),
    ...(coveredMass === undefined ? [] : [`covered mass ${coveredMass.toFixed(3)}`]),
    ...(invalidSamples === undefined ? [] : [`${invalidSamples} invalid`]),
  ].join(', ');

/** What an answer comes to; all in 0..1. */
export interface Estimate extends Pick<ConditionResult, 'standardError' | 'dimensions'> {
  quality: number;
}

/** The score of an answer, its standard error, and the scores of its dimensions. */
export function estimateOf(question: Question, answer: Answer): Estimate {
  const range = question.scale ? question.scale.max - question.scale.min : 1;
  const { standardError, dimensions } = answer;
  return {
    quality: answerScore(question, answer),
    ...(standardError !== undefined && { standardError: standardError / range }),
    ...(dimensions && {
      dimensions: Object.fromEntries(
        Object.entries(dimensions).map(([name, content]) => [name, answerScore(question, content)]),
      ),
    }),
  };
}
