/**
 * What an answer costs as the store grows: `node bench/answer-store.ts [entries]`, 100,000 by default.
 * Answers are kept one after the other, as a slow judge gives them, and 32 at a time, as a fast one
 * does, and found again. Medians, in ms an answer; the last line compares the full store with one of a
 * tenth of its size.
 */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AnswerStore, openAnswerStore } from '../src/answers/store.ts';
import type { Answer } from '../src/judges/answer.ts';

const entries = Number(process.argv[2] ?? 100_000);
const STAGES = [0, 0.1, 0.5, 1];
const ROUNDS = 60;
const AT_ONCE = 32;

const answer: Answer = {
  probabilities: [0.7311, 0.2689],
  source: 'logprobs',
  coveredMass: 0.97,
  asked: { probabilities: 'auto', reply: 'instructed', requests: 1 },
  model: 'gpt-4.1-2025-04-14',
  usage: { inputTokens: 1834, outputTokens: 1 },
  costUsd: 0.003676,
  latencyMs: 812,
  reused: false,
};
const anyone = { evaluation: undefined, ownOnly: false };
let next = 0;

const keep = (store: AnswerStore, count: number) =>
  Promise.all(
    Array.from({ length: count }, () =>
      store.keepAnswer({ key: ['bench', next++], judge: 'openai:x', evaluation: 'e' }, answer),
    ),
  );

const find = async (store: AnswerStore) => {
  const key = ['bench', Math.floor(Math.random() * next)];
  if (!store.answer(key, anyone)) throw new Error('an answer was lost');
};

/** Median over rounds, in milliseconds an answer. */
async function median(answers: number, round: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < ROUNDS; index++) {
    const startMs = performance.now();
    await round();
    times.push((performance.now() - startMs) / answers);
  }
  return times.sort((a, b) => a - b)[ROUNDS / 2]!;
}

const folder = await mkdtemp(join(tmpdir(), 'iqa-store-bench-'));
try {
  const path = join(folder, 'answers.sqlite');
  const store = openAnswerStore(path);
  const stages: number[][] = [];
  for (const share of STAGES) {
    while (next < share * entries) await keep(store, 1024);
    const held = next;
    const measured = [
      await median(1, () => keep(store, 1)),
      await median(AT_ONCE, () => keep(store, AT_ONCE)),
      await median(1, () => find(store)),
    ];
    stages.push(measured);
    const [single, grouped, found] = measured.map((ms) => ms.toFixed(3));
    console.log(
      `${held.toLocaleString('en-US').padStart(9)} answers: kept singly ${single}, ${AT_ONCE} at a time ${grouped}, found ${found}`,
    );
  }
  const [, tenth, , full] = stages as [number[], number[], number[], number[]];
  const ratios = full.map((ms, index) => (ms / tenth[index]!).toFixed(2));
  console.log(`full against a tenth: ${ratios.join(', ')}`);
  store.database.close();
  console.log(`bytes an answer: ${((await stat(path)).size / next).toFixed(0)}`);
} finally {
  await rm(folder, { recursive: true });
}
