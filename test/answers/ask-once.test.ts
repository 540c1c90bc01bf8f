import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type AskOnceSetting, askOnce } from '../../src/answers/ask-once.ts';
import { createEntryBudget } from '../../src/answers/entry-budget.ts';
import { rowSpendings } from '../../src/answers/row-spending.ts';
import { type AnswerStore, openAnswerStore } from '../../src/answers/store.ts';
import { type Answer, requestAnew, type Usage } from '../../src/judges/answer.ts';
import { checkedJudge } from '../../src/judges/checked-judge.ts';
import type { AskOptions, Judge } from '../../src/judges/judge.ts';
import { JudgeError } from '../../src/judges/judge-error.ts';
import { type JudgeOptions, judgeOptionsSchema } from '../../src/judges/judge-options.ts';
import type { Question } from '../../src/judges/question.ts';
import { picture } from '../images/pictures.ts';
import { judgeImage, qualityQuestion } from '../judges/questions.ts';

let folder = '';
let store: AnswerStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-answers-'));
  store = openAnswerStore(join(folder, 'answers.sqlite'));
});
afterEach(async () => {
  store.database.close();
  await rm(folder, { recursive: true });
});

const question = qualityQuestion([judgeImage('query', picture(40, 40))]);

const base = {
  source: 'logprobs',
  coveredMass: 1,
  usage: { inputTokens: 100, outputTokens: 1 },
  latencyMs: 5,
  model: 'test-1',
  reused: false,
} as const;
const answer: Answer = { ...base, probabilities: [0.75, 0.25], costUsd: 101 };

const options = (given: object = {}): JudgeOptions => judgeOptionsSchema.parse(given);

/** A vendor's judge that counts what it is asked; its answer comes when the test says so, or at once. */
function countingJudge(ask: (options: AskOptions) => Promise<Answer> = async () => answer) {
  const asked: Question[] = [];
  const judge: Judge = {
    id: 'openai:test',
    kind: 'network',
    usesStore: true,
    defaultMaxConcurrency: 8,
    ask(question, options) {
      asked.push(question);
      return ask(options);
    },
  };
  return { judge, asked };
}

/** A dollar a token. */
const costUsd = ({ inputTokens, outputTokens }: Usage) => inputTokens + outputTokens;

function bought(judge: Judge, changes: Partial<AskOnceSetting> = {}): Judge {
  const reader = { evaluation: 'first', ownOnly: false };
  const budget = createEntryBudget(store, judge.id, 'entry', 'first', undefined).row();
  return askOnce(checkedJudge(judge, 8, costUsd), {
    store,
    options: options(),
    reader,
    repeatIndex: 0,
    budget,
    spent: rowSpendings(store.database)('row'),
    costUsd,
    ...changes,
  });
}

describe('an answer', () => {
  it('of replies that are here, as a batch brings them, needs no image', async () => {
    const encoded = vi.fn(question.images[0]?.encoded ?? expect.fail('no image'));
    const pictured = {
      ...question,
      images: question.images.map((image) => ({ ...image, encoded })),
    };
    const { judge } = countingJudge(async ({ once = requestAnew }) => {
      await once('part', async () => ({ usage: answer.usage }));
      return answer;
    });
    await bought(judge).ask(pictured, {});
    expect(encoded).toHaveBeenCalledOnce();
    // The answer is gone, its reply is not.
    store.database.prepare('DELETE FROM answers').run();
    await bought(judge).ask(pictured, {});
    expect(encoded).toHaveBeenCalledOnce();
  });

  it('is asked for once, and given back as reused from then on', async () => {
    const { judge, asked } = countingJudge();
    expect(await bought(judge).ask(question, {})).toEqual(answer);
    expect(await bought(judge).ask(question, {})).toEqual({ ...answer, reused: true });
    expect(asked).toHaveLength(1);
  });

  it('outlives the process', async () => {
    const { judge, asked } = countingJudge();
    await bought(judge).ask(question, {});
    store.database.close();
    store = openAnswerStore(join(folder, 'answers.sqlite'));
    expect(await bought(judge).ask(question, {})).toMatchObject({ reused: true });
    expect(asked).toHaveLength(1);
  });

  it('is asked for once by all who need it at the same time', async () => {
    const gate = Promise.withResolvers<void>();
    const { judge, asked } = countingJudge(async () => {
      await gate.promise;
      return answer;
    });
    const asking = [bought(judge), bought(judge), bought(judge)].map((each) =>
      each.ask(question, {}),
    );
    gate.resolve();
    const reused = (await Promise.all(asking)).map((given) => given.reused);
    expect(asked).toHaveLength(1);
    expect(reused.filter((each) => !each)).toHaveLength(1);
  });

  it('that fails is not kept, and fails for all who wait for it', async () => {
    const { judge, asked } = countingJudge(async () => {
      throw new Error('overloaded');
    });
    const entry = bought(judge);
    const outcomes = await Promise.allSettled([entry.ask(question, {}), entry.ask(question, {})]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(asked).toHaveLength(1);
    await expect(bought(judge).ask(question, {})).rejects.toThrow('overloaded');
    expect(asked).toHaveLength(2);
  });

  it('that fails for one provider entry is asked for by another, whose key and budget may do', async () => {
    let calls = 0;
    const { judge, asked } = countingJudge(async () => {
      calls += 1;
      if (calls === 1) throw new Error('wrong key');
      return answer;
    });
    const [first, second] = await Promise.allSettled([
      bought(judge).ask(question, {}),
      bought(judge).ask(question, {}),
    ]);
    expect(first.status).toBe('rejected');
    expect(second).toMatchObject({ status: 'fulfilled', value: answer });
    expect(asked).toHaveLength(2);
  });

  it('given up by the one who asked is asked for again by the one who waits', async () => {
    const controller = new AbortController();
    const { judge, asked } = countingJudge(async ({ signal }) => {
      if (!signal) return answer;
      return await new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason)),
      );
    });
    const first = bought(judge).ask(question, { signal: controller.signal });
    const second = bought(judge).ask(question, {});
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    controller.abort(new Error('row timed out'));
    await expect(first).rejects.toThrow('row timed out');
    expect(await second).toEqual(answer);
    expect(asked).toHaveLength(2);
  });

  it.each<[string, Partial<AskOnceSetting>]>([
    ['another repetition', { repeatIndex: 1 }],
    ['another base URL', { options: options({ baseUrl: 'http://localhost/v1' }) }],
    ['--no-cache', { reader: { evaluation: 'second', ownOnly: true } }],
    ['--no-cache outside an evaluation', { reader: { evaluation: undefined, ownOnly: true } }],
  ])('of the past does not serve under %s', async (_, changes) => {
    const { judge, asked } = countingJudge();
    await bought(judge).ask(question, {});
    await bought(judge, changes).ask(question, {});
    expect(asked).toHaveLength(2);
  });

  it('bought under --no-cache serves the same evaluation, and later ones', async () => {
    const { judge, asked } = countingJudge();
    const fresh = { reader: { evaluation: 'second', ownOnly: true } };
    await bought(judge, fresh).ask(question, {});
    await bought(judge, fresh).ask(question, {});
    await bought(judge).ask(question, {});
    expect(asked).toHaveLength(1);
  });

  it.each<[string, Partial<AskOnceSetting>]>([
    ['concurrency', { options: options({ maxConcurrency: 3 }) }],
    [
      'price',
      {
        options: options({
          price: { inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 1 },
        }),
      },
    ],
    ['evaluation', { reader: { evaluation: 'second', ownOnly: false } }],
  ])('does not depend on the %s', async (_, changes) => {
    const { judge, asked } = countingJudge();
    await bought(judge).ask(question, {});
    await bought(judge, changes).ask(question, {});
    expect(asked).toHaveLength(1);
  });

  it.each<[string, Question]>([
    ['image', qualityQuestion([judgeImage('query', picture(41, 40))])],
    ['text', { ...question, content: [{ image: 0 }, { text: 'Poor or good?' }] }],
    ['order', { ...question, content: [...question.content].reverse() }],
    ['system message', { ...question, system: 'You are a photographer.' }],
    ['beginning of the reply', { ...question, prefill: 'The quality is ' }],
    ['choices', { ...question, choices: [...question.choices].reverse() }],
    [
      'encoding',
      { ...question, images: question.images.map((image) => ({ ...image, encoding: 'jpeg' })) },
    ],
  ])('is another one for another %s', async (_, other) => {
    const { judge, asked } = countingJudge();
    await bought(judge).ask(question, {});
    await bought(judge).ask(other, {});
    expect(asked).toHaveLength(2);
  });
});

describe('an answer made of several replies', () => {
  /** Draws samples one after another; the vendor fails at those of the given numbers. */
  function samplingJudge(samples: number, failing: ReadonlySet<number> = new Set()) {
    const requests: number[] = [];
    const judge: Judge = {
      ...countingJudge().judge,
      async ask(_, { once }) {
        if (!once) throw new Error('there is no store');
        let good = 0;
        for (let sample = 0; sample < samples; sample++) {
          const reply = await once(`sample ${sample}`, async () => {
            requests.push(sample);
            if (failing.has(sample)) throw new Error(`sample ${sample} was lost`);
            return { word: sample % 2 ? 'poor' : 'good' };
          });
          if (reply.word === 'good') good += 1;
        }
        const p = good / samples;
        return { ...base, source: 'samples', samples, probabilities: [p, 1 - p] };
      },
    };
    return { judge, requests };
  }

  it('buys only those that did not arrive before', async () => {
    const failing = samplingJudge(4, new Set([2]));
    await expect(bought(failing.judge).ask(question, {})).rejects.toThrow('sample 2 was lost');
    const { judge, requests } = samplingJudge(4);
    expect(await bought(judge).ask(question, {})).toMatchObject({ probabilities: [0.5, 0.5] });
    expect(requests).toEqual([2, 3]);
  });

  it('buys only the additional ones when more samples are asked for', async () => {
    await bought(samplingJudge(4).judge, { options: options({ samples: 4 }) }).ask(question, {});
    const { judge, requests } = samplingJudge(6);
    const six = { options: options({ samples: 6 }) };
    expect(await bought(judge, six).ask(question, {})).toMatchObject({ samples: 6 });
    expect(requests).toEqual([4, 5]);
  });

  it('has replies of its own in every repetition', async () => {
    await bought(samplingJudge(2).judge).ask(question, {});
    const { judge, requests } = samplingJudge(2);
    await bought(judge, { repeatIndex: 1 }).ask(question, {});
    expect(requests).toEqual([0, 1]);
  });
});

describe('what was bought for a row', () => {
  const spent = () => rowSpendings(store.database)('row');
  const reply = { word: 'good', usage: { inputTokens: 10, outputTokens: 1 } };

  /** Draws samples one after another; what `failing` gives for one is thrown instead. */
  const samplingJudge = (samples: number, failing: (sample: number) => Error | undefined) => ({
    ...countingJudge().judge,
    async ask(_: Question, { once }: AskOptions): Promise<Answer> {
      for (let sample = 0; sample < samples; sample++) {
        await once?.(`sample ${sample}`, async () => {
          const error = failing(sample);
          if (error) throw error;
          return reply;
        });
      }
      const usage = { inputTokens: 10 * samples, outputTokens: samples };
      return { ...base, source: 'samples', samples, usage, probabilities: [1, 0] };
    },
  });

  it('is counted once, and outlives the process and a try that failed', async () => {
    const paid = { model: 'test-1', usage: { inputTokens: 7, outputTokens: 0 } };
    const refused = new JudgeError('openai:test', 'refused', { paid });
    const first = spent();
    await expect(
      bought(
        samplingJudge(4, (n) => (n === 2 ? refused : undefined)),
        { spent: first },
      ).ask(question, {}),
    ).rejects.toThrow('refused');
    expect(first.spending()).toEqual({
      asked: 0,
      paid: { usd: 2 * 11 + 7, unpriced: 0 },
      lost: { replies: 1, usd: 7, unpriced: 0 },
      unanswered: { replies: 2, usd: 2 * 11, unpriced: 0 },
    });

    store.database.close();
    store = openAnswerStore(join(folder, 'answers.sqlite'));
    const second = spent();
    const made = await bought(
      samplingJudge(4, () => undefined),
      { spent: second },
    ).ask(question, {});
    expect(made.costUsd).toBe(4 * 11);
    const all = {
      asked: 1,
      paid: { usd: 4 * 11 + 7, unpriced: 0 },
      lost: { replies: 1, usd: 7, unpriced: 0 },
      unanswered: { replies: 0, usd: 0, unpriced: 0 },
    };
    expect(second.spending()).toEqual(all);

    const third = spent();
    await bought(
      samplingJudge(4, () => undefined),
      { spent: third },
    ).ask(question, {});
    expect(third.spending()).toEqual(all);
  });

  it('has an unknown part where a price is not known', async () => {
    const unknown = spent();
    const changes = { spent: unknown, costUsd: () => undefined };
    await bought(
      samplingJudge(2, () => undefined),
      changes,
    ).ask(question, {});
    expect(unknown.spending()).toMatchObject({ asked: 1, paid: { usd: 0, unpriced: 2 } });
  });

  it('is no more than its own part of what another row has asked for', async () => {
    await bought(countingJudge().judge, { spent: rowSpendings(store.database)('other') }).ask(
      question,
      {},
    );
    const own = spent();
    await bought(countingJudge().judge, { spent: own }).ask(question, {});
    expect(own.spending()).toMatchObject({ asked: 0, paid: { usd: 0 } });
  });
});
