import { describe, expect, it } from 'vitest';
import { guard } from '../../providers/judges/guard.ts';
import type { Judge } from '../../providers/judges/judge.ts';
import { JudgeError } from '../../providers/judges/judge-error.ts';
import { withoutSecrets } from '../../providers/judges/without-secrets.ts';
import { picture } from '../images/pictures.ts';
import { judgeImage, qualityQuestion } from './questions.ts';

const CANARY = 'sk-canary-0123456789';
const environment = { OPENAI_API_KEY: CANARY, HOME: '/home/someone', EMPTY_TOKEN: '' };

describe('keys', () => {
  it('are taken out of an error, whose class stays', () => {
    const error = withoutSecrets(new JudgeError('openai:x', `bad key ${CANARY}`), environment);
    expect(error).toBeInstanceOf(JudgeError);
    expect(`${error.message} ${error.stack}`).not.toContain(CANARY);
    expect(error.message).toContain('bad key [OPENAI_API_KEY]');
  });

  it('are taken out of a value', () => {
    const value = { text: [`key: ${CANARY}`], home: '/home/someone' };
    expect(withoutSecrets(value, environment)).toEqual({
      text: ['key: [OPENAI_API_KEY]'],
      home: '/home/someone',
    });
  });

  it('are in no error and no answer of a guarded judge, whatever the vendor says', async () => {
    process.env.IQA_TEST_KEY = CANARY;
    const judge = (ask: Judge['ask']) =>
      guard({ id: 'openai:x', kind: 'network', defaultMaxConcurrency: 1, ask }, 1);
    const question = qualityQuestion([judgeImage('query', picture(40, 40))]);
    try {
      const failing = judge(async () => {
        throw new JudgeError('openai:x', `Incorrect API key provided: ${CANARY}`);
      });
      await expect(failing.ask(question, {})).rejects.toThrow(/provided: \[IQA_TEST_KEY\]/);
      const answering = judge(async () => ({
        probabilities: [1, 0],
        source: 'logprobs',
        latencyMs: 1,
        model: `proxy for ${CANARY}`,
        reused: false,
      }));
      expect((await answering.ask(question, {})).model).toBe('proxy for [IQA_TEST_KEY]');
    } finally {
      delete process.env.IQA_TEST_KEY;
    }
  });
});
