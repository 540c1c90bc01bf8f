import type { Answer } from './answer.ts';
import type { Capabilities } from './capabilities.ts';
import type { Question } from './question.ts';
import { MAIN_FIELD } from './reading/fields.ts';

type ReplyForm = NonNullable<Answer['asked']>['reply'];

/**
 * How a reply gets its form. Where the endpoint continues a begun message, the prompt file is followed
 * to the letter, as token probabilities need no more; sampled replies and ratings without a beginning, and
 * endpoints that continue nothing, are told in words.
 */
export function replyForm(
  question: Question,
  source: 'logprobs' | 'samples',
  { prefill }: Pick<Capabilities, 'prefill'>,
): Extract<ReplyForm, 'prefilled' | 'instructed' | 'free'> {
  if (question.dimensions || prefill === 'none') return 'instructed';
  if (question.prefill !== undefined) return 'prefilled';
  return source === 'logprobs' && !question.scale ? 'free' : 'instructed';
}

/** The instruction to answer with one of the words and nothing else; the tokens of numbers are read as whole ones. */
export function instruction(
  { choices, scale, dimensions }: Question,
  source: 'logprobs' | 'samples' = 'samples',
): string {
  const number = source === 'logprobs' ? 'whole number' : 'number';
  if (dimensions) {
    const values = scale
      ? `a number from ${scale.min} to ${scale.max}`
      : `one of these words: ${choices.map(({ label }) => label).join(', ')}`;
    return `Answer with one JSON object and nothing else. Its keys are ${[MAIN_FIELD, ...dimensions].map((name) => JSON.stringify(name)).join(', ')}; each value is ${values}.`;
  }
  if (scale) return `Answer with one ${number} from ${scale.min} to ${scale.max} and nothing else.`;
  return `Answer with one of these words and nothing else: ${choices.map(({ label }) => label).join(', ')}.`;
}
