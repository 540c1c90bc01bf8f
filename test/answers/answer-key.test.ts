import { describe, expect, it } from 'vitest';
import { answerKey, replyKey } from '../../src/answers/answer-key.ts';
import type { JudgeImage } from '../../src/images/judge-image.ts';
import { createOpenaiJudge } from '../../src/judges/openai.ts';
import type { Choice, Question } from '../../src/judges/question.ts';
import { picture } from '../images/pictures.ts';
import { judgeOptions } from '../judges/options.ts';
import { GOOD_POOR, judgeImage, qualityQuestion } from '../judges/questions.ts';

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

describe('the key of an answer', () => {
  const options = judgeOptions();
  const judge = { id: 'openai:m', identity: { probabilities: 'logprobs', reply: 'prefilled' } };
  const keyOf = (asked: Question, by: typeof judge = judge, repeatIndex = 0, served?: string) =>
    JSON.stringify(answerKey(asked, by, options, repeatIndex, served));
  const { choices: _, ...without } = question;
  const [image] = question.images as [JudgeImage];
  const rating: Question = { ...without, scale: { min: 0, max: 100 } };

  it.each<[string, string, string]>([
    ['judge', keyOf(question), keyOf(question, { ...judge, id: 'openai:n' })],
    [
      'way of asking, in the identity of the judge',
      keyOf(question),
      keyOf(question, { ...judge, identity: { ...judge.identity, probabilities: 'samples' } }),
    ],
    ['repetition', keyOf(question), keyOf(question, judge, 1)],
    ['served model', keyOf(question, judge, 0, 'a'), keyOf(question, judge, 0, 'b')],
    ['served model, where one is known', keyOf(question), keyOf(question, judge, 0, 'a')],
    ['kind of question', keyOf(question), keyOf({ ...question, kind: 'similarity' })],
    ['system message', keyOf(question), keyOf({ ...question, system: 'You are an expert.' })],
    [
      'order of image and text',
      keyOf(question),
      keyOf({ ...question, content: question.content.toReversed() }),
    ],
    [
      'value of a choice',
      keyOf(question),
      keyOf({ ...question, choices: [GOOD_POOR[0], { label: 'poor', value: 0.25 }] as Choice[] }),
    ],
    [
      'order of the choices',
      keyOf(question),
      keyOf({ ...question, choices: GOOD_POOR.toReversed() }),
    ],
    ['end of the scale', keyOf(rating), keyOf({ ...without, scale: { min: 0, max: 10 } })],
    ['beginning of the scale', keyOf(rating), keyOf({ ...without, scale: { min: 1, max: 100 } })],
    [
      'encoding of an image',
      keyOf(question),
      keyOf({ ...question, images: [{ ...image, encoding: 'jpeg 90' }] }),
    ],
    [
      'image',
      keyOf(question),
      keyOf({ ...question, images: [{ ...image, sha256: 'f'.repeat(64) }] }),
    ],
  ])('is another for another %s', (_, one, other) => {
    expect(other).not.toBe(one);
  });

  it('is the same for the same question, whatever the images are called and however it is reached', () => {
    const again = qualityQuestion([judgeImage('conditional', picture(40, 40))]);
    expect(keyOf(again)).toBe(keyOf(question));
    const hurried = judgeOptions({ timeoutMs: 1000, maxRetries: 9, maxConcurrency: 3 });
    expect(JSON.stringify(answerKey(question, judge, hurried, 0))).toBe(keyOf(question));
  });

  it('of replies is another for another way of asking too, but not for other values of the choices', () => {
    const key = (asked: Question, identity: Record<string, string>) =>
      JSON.stringify(replyKey(asked, { ...judge, identity }, options, 0));
    const valued = { ...question, choices: [GOOD_POOR[0], { label: 'poor', value: 0.25 }] };
    expect(key(valued as Question, judge.identity)).toBe(key(question, judge.identity));
    expect(key(question, { reply: 'free' })).not.toBe(key(question, { reply: 'prefilled' }));
  });
});
