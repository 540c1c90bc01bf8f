import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEntryBudget } from '../../src/answers/entry-budget.ts';
import { type AnswerStore, openAnswerStore } from '../../src/answers/store.ts';
import { checkedJudge } from '../../src/judges/checked-judge.ts';
import { providerConfigSchema } from '../../src/method/config.ts';
import { createEntryAsking } from '../../src/rows/row-asking.ts';
import { picture } from '../images/pictures.ts';
import { judgeImage, qualityQuestion } from '../judges/questions.ts';

let folder = '';
let store: AnswerStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-budget-'));
  store = openAnswerStore(join(folder, 'answers.sqlite'));
});
afterEach(async () => {
  store.database.close();
  await rm(folder, { recursive: true });
});

const question = qualityQuestion([judgeImage('query', picture(40, 40))]);

/** A budget of 1 dollar, for questions expected to cost 0.1. */
const budget = (entry = 'entry', evaluation = 'evaluation', limitUsd = 1) =>
  entryBudget(entry, evaluation, limitUsd).row();

const entryBudget = (entry = 'entry', evaluation = 'evaluation', limitUsd = 1) =>
  createEntryBudget(store, 'openai:x', entry, evaluation, { limitUsd, estimateUsd: () => 0.1 });

async function spend(from: ReturnType<typeof budget>, costUsd: number | undefined) {
  const reservation = from.open(question);
  await reservation.reserve();
  reservation.settle(costUsd);
}

describe('a budget', () => {
  it('stops before the question that would exceed it, and says how much is spent', async () => {
    const one = budget();
    for (let index = 0; index < 10; index++) await spend(one, 0.1);
    await expect(spend(one, 0.1)).rejects.toThrow(
      /openai:x: not asked, because budgetUsd 1 would be exceeded: 1\.000 USD are spent.*next question costs about 0\.1000 USD; raise budgetUsd/,
    );
  });

  it('expects of a question the most that one before it cost of its estimate, not what the last one did', async () => {
    const one = budget();
    await spend(one, 0.5);
    await spend(one, 0.1);
    // 0.6 are spent, and 5 times 0.1 may come.
    await expect(spend(one, 0.1)).rejects.toThrow(
      /0\.6000 USD are spent.*next question costs about 0\.5000 USD/,
    );
  });

  it('counts what an earlier process of the evaluation has spent, and no other', async () => {
    for (let index = 0; index < 9; index++) await spend(budget(), 0.1);
    await spend(budget(), 0.1);
    await expect(spend(budget(), 0.1)).rejects.toThrow(/budgetUsd/);
    await spend(budget('another entry'), 0.1);
    await spend(budget('entry', 'another evaluation'), 0.1);
    await spend(budget('entry', 'evaluation', 2), 0.1);
  });

  it('counts what a killed process had under way', async () => {
    for (let index = 0; index < 9; index++) await spend(budget(), 0.1);
    await budget().open(question).reserve();
    await expect(spend(budget(), 0.1)).rejects.toThrow(/budgetUsd/);
  });

  it('is not exceeded by questions asked at once, though each costs more than expected', async () => {
    const one = budget();
    const costs: number[] = [];
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, async () => {
        const reservation = one.open(question);
        await reservation.reserve();
        await new Promise((done) => setTimeout(done, 1));
        costs.push(0.3);
        reservation.settle(0.3);
      }),
    );
    expect(costs).toHaveLength(3);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(17);
  });

  it('gives back what was set aside for a question that failed', async () => {
    const one = budget();
    for (let index = 0; index < 30; index++) {
      const reservation = one.open(question);
      await reservation.reserve();
      reservation.cancel(0);
    }
    await spend(one, 0.1);
  });

  it('counts what a reply cost that was no answer', async () => {
    const one = budget();
    for (let index = 0; index < 10; index++) {
      const reservation = one.open(question);
      await reservation.reserve();
      reservation.cancel(index % 2 ? 0.1 : undefined);
    }
    await expect(spend(one, 0.1)).rejects.toThrow(/budgetUsd/);
  });

  it('counts an answer of unknown cost as it was expected', async () => {
    const one = budget();
    for (let index = 0; index < 10; index++) await spend(one, undefined);
    await expect(spend(one, undefined)).rejects.toThrow(/budgetUsd/);
  });

  it.each([1, 1.5, 0.5])(
    'buys whole rows in their order, though rows begin at once and cost %f times what was expected',
    async (times) => {
      const one = entryBudget();
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
                const reservation = row.open(question);
                await reservation.reserve();
                await new Promise((done) => setTimeout(done, 1));
                answers[index] = (answers[index] ?? 0) + 1;
                reservation.settle(0.1 * times);
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
    const one = entryBudget();
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
    const judge = checkedJudge(
      {
        id: 'openai:x',
        kind: 'network',
        usesStore: true,
        defaultMaxConcurrency: 1,
        ask: () => Promise.reject(),
      },
      1,
    );
    const config = providerConfigSchema.parse({ judge: 'openai:x', budgetUsd: 5 });
    expect(() => createEntryAsking(config, judge, 'entry')).toThrow(
      'budgetUsd: 5 cannot be kept, because the price of "openai:x" is not known; give judgeOptions.price or remove budgetUsd',
    );
  });
});
