import type { Capabilities } from './capabilities.ts';
import type { JudgeOptions } from './judge-options.ts';
import type { AnswerForm } from './question.ts';
import { isClosedRange } from './reading/numbers.ts';

/** Token probabilities unless the model is known to give none, or the user wants samples. */
export function chooseWay(
  { probabilities }: Pick<JudgeOptions, 'probabilities'>,
  { logprobs }: Pick<Capabilities, 'logprobs'>,
): { source: 'logprobs' | 'samples'; chosenBy: 'auto' | 'configured' } {
  if (probabilities !== 'auto') return { source: probabilities, chosenBy: 'configured' };
  return { source: logprobs === false ? 'samples' : 'logprobs', chosenBy: 'auto' };
}

/** The one request for token probabilities. */
export const TOKENS = { part: 'token probabilities', way: { source: 'logprobs' } } as const;

/** Whether token probabilities can tell the answer: all answers can be listed, and the reply is one of them. */
export const isToldByTokens = ({ scale, dimensions }: AnswerForm): boolean =>
  dimensions === undefined && (scale === undefined || isClosedRange(scale));
