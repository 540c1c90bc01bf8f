import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAccount } from '../../providers/answers/account.ts';
import { createBuyer } from '../../providers/answers/buyer.ts';
import { type AnswerStore, openAnswerStore } from '../../providers/answers/store.ts';
import { providerConfigSchema } from '../../providers/config.ts';
import { guard } from '../../providers/judges/guard.ts';
import { picture } from '../images/pictures.ts';
import { judgeImage, qualityQuestion } from '../judges/questions.ts';

let folder = '';
let store: AnswerStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-account-'));
  store = openAnswerStore(join(folder, 'answers.sqlite'));
});
afterEach(async () => {
  store.database.close();
  await rm(folder, { recursive: true });
});

const question = qualityQuestion([judgeImage('query', picture(40, 40))]);

/** An account of 1 dollar, for questions expected to cost 0.1. */
const account = (entry = 'entry', evaluation = 'evaluation', limitUsd = 1) =>
  entryAccount(entry, evaluation, limitUsd).row();

const entryAccount = (entry = 'entry', evaluation = 'evaluation', limitUsd = 1) =>
  createAccount(store, 'openai:x', entry, evaluation, { limitUsd, estimateUsd: () => 0.1 });

async function spend(from: ReturnType<typeof account>, costUsd: number | undefined) {
  const bill = from.open(question);
  await bill.reserve();
  bill.settle(costUsd);
}

describe('a budget', () => {
  it('stops before the question that would exceed it, and says how much is spent', async () => {
    const one = account();
    for (let index = 0; index < 10; index++) await spend(one, 0.1);
    await expect(spend(one, 0.1)).rejects.toThrow(
      /openai:x: not asked, because budgetUsd 1 would be exceeded: 1\.000 USD are spent.*next question costs about 0\.1000 USD; raise budgetUsd/,
    );
  });

  it('expects of a question the most that one before it cost of its estimate, not what the last one did', async () => {
    const one = account();
    await spend(one, 0.5);
    await spend(one, 0.1);
    // 0.6 are spent, and 5 times 0.1 may come.
    await expect(spend(one, 0.1)).rejects.toThrow(
      /0\.6000 USD are spent.*next question costs about 0\.5000 USD/,
    );
  });

  it('counts what an earlier process of the evaluation has spent, and no other', async () => {
    for (let index = 0; index < 9; index++) await spend(account(), 0.1);
    await spend(account(), 0.1);
    await expect(spend(account(), 0.1)).rejects.toThrow(/budgetUsd/);
    await spend(account('another entry'), 0.1);
    await spend(account('entry', 'another evaluation'), 0.1);
    await spend(account('entry', 'evaluation', 2), 0.1);
  });

  it('counts what a killed process had under way', async () => {
    for (let index = 0; index < 9; index++) await spend(account(), 0.1);
    await account().open(question).reserve();
    await expect(spend(account(), 0.1)).rejects.toThrow(/budgetUsd/);
  });

  it('is not exceeded by questions asked at once, though each costs more than expected', async () => {
    const one = account();
    const costs: number[] = [];
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, async () => {
        const bill = one.open(question);
        await bill.reserve();
        await new Promise((done) => setTimeout(done, 1));
        costs.push(0.3);
        bill.settle(0.3);
      }),
    );
    expect(costs).toHaveLength(3);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(17);
  });

  it('gives back what was set aside for a question that failed', async () => {
    const one = account();
    for (let index = 0; index < 30; index++) {
      const bill = one.open(question);
      await bill.reserve();
      bill.cancel(0);
    }
    await spend(one, 0.1);
  });

  it('counts what a reply cost that was no answer', async () => {
    const one = account();
    for (let index = 0; index < 10; index++) {
      const bill = one.open(question);
      await bill.reserve();
      bill.cancel(index % 2 ? 0.1 : undefined);
    }
    await expect(spend(one, 0.1)).rejects.toThrow(/budgetUsd/);
  });

  it('counts an answer of unknown cost as it was expected', async () => {
    const one = account();
    for (let index = 0; index < 10; index++) await spend(one, undefined);
    await expect(spend(one, undefined)).rejects.toThrow(/budgetUsd/);
  });

  it.each([1, 1.5, 0.5])(
    'buys whole rows in their order, though rows begin at once and cost %f times what was expected',
    async (times) => {
      const one = entryAccount();
      /** Answers that each row of four questions got. */
      const answers = Array<number>(10).fill(0);
      const outcomes = await Promise.allSettled(
        answers.map(async (_, index) => {
          const row = one.row();
          row.plan(async () => 0.4);
          // Whichever is ready first.
          await new Promise((done) => setTimeout(done, 20 - 2 * index));
          try {
            await Promise.all(
              Array.from({ length: 4 }, async () => {
                await row.admit();
                const bill = row.open(question);
                await bill.reserve();
                await new Promise((done) => setTimeout(done, 1));
                answers[index] = (answers[index] ?? 0) + 1;
                bill.settle(0.1 * times);
              }),
            );
          } finally {
            row.end();
          }
        }),
      );
      const rows = { 1: 2, 1.5: 1, 0.5: 4 }[times] ?? Number.NaN;
      // At half the price a fifth would fit, were it not expected to cost as much as said.
      expect(answers).toEqual([...Array(rows).fill(4), ...Array(10 - rows).fill(0)]);
      const [refused] = outcomes.flatMap((outcome) =>
        outcome.status === 'rejected' ? [String(outcome.reason)] : [],
      );
      expect(refused).toMatch(/the next image costs about 0\.\d+ USD; raise budgetUsd/);
    },
  );

  it('does not let rows wait for one that asks nothing, or nothing more', async () => {
    const one = entryAccount();
    const [first, second, third] = [one.row(), one.row(), one.row()];
    for (const row of [first, second, third]) row.plan(async () => 0.4);
    let isIn = false;
    const waiting = third.admit().then(() => {
      isIn = true;
    });
    first.end();
    await new Promise((done) => setTimeout(done, 5));
    expect(isIn).toBe(false);
    second.end();
    await waiting;
  });

  it('is refused where the price is unknown', () => {
    const judge = guard(
      { id: 'openai:x', kind: 'network', defaultMaxConcurrency: 1, ask: () => Promise.reject() },
      1,
    );
    const config = providerConfigSchema.parse({ judge: 'openai:x', budgetUsd: 5 });
    expect(() => createBuyer(config, judge, 'entry')).toThrow(
      'budgetUsd: 5 cannot be kept, because the price of "openai:x" is not known; give judgeOptions.price or remove budgetUsd',
    );
  });
});
