import type { Answer } from './answer.ts';
import type { AskOptions, Judge } from './judge.ts';
import type { Question } from './question.ts';

/** The endpoint would have to be asked. */
const NOT_KEPT = new Error('no kept reply');

/**
 * What kept replies say to a question, without a request: the answer, or the error with which they
 * cannot be read.
 *
 * @returns undefined where a reply is missing
 * @throws JudgeError the replies are all there and are no answer
 */
export async function answerFromKept(
  judge: Judge,
  question: Question,
  { once, ...askOptions }: AskOptions,
): Promise<Answer | undefined> {
  if (!once) return undefined;
  let isMissing = false;
  try {
    return await judge.ask(question, {
      ...askOptions,
      once: (part) =>
        once(part, async () => {
          isMissing = true;
          throw NOT_KEPT;
        }),
    });
  } catch (error) {
    if (isMissing) return undefined;
    throw error;
  }
}
