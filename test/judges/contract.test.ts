import { describe, expect, it } from 'vitest';
import type { Answer } from '../../src/judges/answer.ts';
import { checkedJudge } from '../../src/judges/checked-judge.ts';
import type { Judge } from '../../src/judges/judge.ts';
import type { Question } from '../../src/judges/question.ts';
import { picture } from '../images/pictures.ts';
import { judgeContract } from './contract.ts';
import { judgeImage, qualityQuestion } from './questions.ts';

const base = { source: 'computed', model: 'test', latencyMs: 0, reused: false } as const;

/** Rates every image 0.8, with the mass on the highest and the lowest choice. */
function rightAnswer(question: Question): Answer {
  if (question.scale) return { ...base, value: question.scale.min };
  const values = question.choices.map(({ value }) => value);
  const best = values.indexOf(Math.max(...values));
  const worst = values.indexOf(Math.min(...values));
  return {
    ...base,
    probabilities: values.map((_, index) => (index === best ? 0.8 : index === worst ? 0.2 : 0)),
  };
}

const judge = (ask: Judge['ask']): Judge => ({
  id: 'test',
  kind: 'local',
  usesStore: false,
  defaultMaxConcurrency: 4,
  ask,
});

const right = judge(async (question, { signal }) => {
  signal?.throwIfAborted();
  return rightAnswer(question);
});

const wrong: Record<string, Judge> = {
  'probabilities in another order': judge(async (question, options) => {
    const answer = await right.ask(question, options);
    return answer.probabilities
      ? { ...answer, probabilities: [...answer.probabilities].sort() }
      : answer;
  }),
  'probabilities summing to 2': judge(async (question, options) => {
    const answer = await right.ask(question, options);
    return answer.probabilities
      ? { ...answer, probabilities: answer.probabilities.map((p) => 2 * p) }
      : answer;
  }),
  'abort ignored': judge(async (question) => rightAnswer(question)),
  'a choice too few': judge(async (question, options) => {
    const answer = await right.ask(question, options);
    return answer.probabilities ? { ...answer, probabilities: [1] } : answer;
  }),
  'a rating outside the scale': judge(async (question, options) => {
    const answer = await right.ask(question, options);
    return answer.value === undefined ? answer : { ...answer, value: 1 };
  }),
  'no model named': judge(async (question, options) => ({
    ...(await right.ask(question, options)),
    model: '',
  })),
  'samples without their number': judge(async (question, options) => ({
    ...(await right.ask(question, options)),
    source: 'samples' as const,
  })),
};

describe('the judge contract', () => {
  it.each(judgeContract)('a right judge $name', ({ check }) => check(right));

  it.each(Object.entries(wrong))('fails a judge with %s', async (_, judge) => {
    const outcomes = await Promise.allSettled(judgeContract.map(({ check }) => check(judge)));
    expect(outcomes.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(0);
  });
});

describe('checkedJudge', () => {
  const question = qualityQuestion([judgeImage('query', picture(40, 40))]);

  it('turns an answer that breaks the contract into an error that says how', async () => {
    const guarded = checkedJudge(wrong['probabilities summing to 2']!, 1);
    await expect(guarded.ask(question, {})).rejects.toThrow(
      'judge test: answered a quality question with the probability 1.6',
    );
  });

  it('refuses probabilities that do not sum to 1', async () => {
    const guarded = checkedJudge(
      judge(async () => ({ ...base, probabilities: [0.5, 0.4] })),
      1,
    );
    await expect(guarded.ask(question, {})).rejects.toThrow(
      /sum to 0\.9 instead of 1 \(good, poor: 0\.5, 0\.4\)/,
    );
  });

  it('never has more questions under way than allowed', async () => {
    let underWay = 0;
    let most = 0;
    const slow = judge(async (asked) => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setTimeout(resolve, 5));
      underWay--;
      return rightAnswer(asked);
    });
    const guarded = checkedJudge(slow, 3);
    await Promise.all(Array.from({ length: 12 }, () => guarded.ask(question, {})));
    expect(most).toBe(3);
  });

  it('does not ask a question that was aborted while it waited', async () => {
    let asked = 0;
    const slow = judge(async (q) => {
      asked++;
      await new Promise((resolve) => setTimeout(resolve, 20));
      return rightAnswer(q);
    });
    const guarded = checkedJudge(slow, 1);
    const controller = new AbortController();
    const first = guarded.ask(question, {});
    const second = guarded.ask(question, { signal: controller.signal });
    controller.abort(new Error('stopped'));
    await first;
    await expect(second).rejects.toThrow('stopped');
    expect(asked).toBe(1);
  });
});
