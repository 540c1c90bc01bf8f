import { describe, expect, it } from 'vitest';
import { answerKey, replyKey } from '../../providers/answers/answer-key.ts';
import { createOpenaiJudge } from '../../providers/judges/openai.ts';
import { picture } from '../images/pictures.ts';
import { judgeOptions } from '../judges/options.ts';
import { judgeImage, qualityQuestion } from '../judges/questions.ts';

const question = qualityQuestion([judgeImage('query', picture(40, 40))]);

/** Keys under given options, and of a given question. */
function keys(options: object, asked = question) {
  const all = judgeOptions({ baseUrl: 'http://127.0.0.1:1/v1', ...options });
  const judge = createOpenaiJudge('m', all);
  return {
    answer: JSON.stringify(answerKey(asked, judge, all, 0)),
    reply: JSON.stringify(replyKey(asked, judge, all, 0)),
  };
}

describe('what was bought', () => {
  it.each([
    ['a lower minCoveredMass', { minCoveredMass: 0.3 }],
    ['a higher maxTokens', { maxTokens: 64 }],
    ['a higher maxInvalidShare', { maxInvalidShare: 0.5 }],
  ])('is kept under %s, and the answer read from it anew', (_, options) => {
    expect(keys(options).reply).toBe(keys({}).reply);
    expect(keys(options).answer).not.toBe(keys({}).answer);
  });

  it('is another for another beginning of the reply, its last space included', () => {
    const begun = (prefill: string) => keys({}, { ...question, prefill });
    expect(begun('It is').reply).not.toBe(begun('It is ').reply);
    expect(begun('It is').answer).not.toBe(begun('It is ').answer);
  });
});
