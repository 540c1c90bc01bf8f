/**
 * What an answer costs as the store grows: `node bench/answer-store.ts [entries]`, 100,000 by default.
 * Answers are kept one after the other, as a slow judge gives them, and 32 at a time, as a fast one
 * does; prints the time of each as a multiple of that in an empty store, and the bytes an entry.
 */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AnswerStore, openAnswerStore } from '../providers/answers/store.ts';
import type { Answer } from '../providers/judges/judge.ts';

const entries = Number(process.argv[2] ?? 100_000);
const MEASURED = 2000;
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

/** Milliseconds an answer. */
async function keep(store: AnswerStore, count: number, atOnce: number): Promise<number> {
  const startMs = performance.now();
  for (let index = 0; index < count; index += atOnce) {
    await Promise.all(
      Array.from({ length: atOnce }, () =>
        store.keepAnswer({ key: ['bench', next++], judge: 'openai:x', evaluation: 'e' }, answer),
      ),
    );
  }
  return (performance.now() - startMs) / count;
}

function find(store: AnswerStore): number {
  const startMs = performance.now();
  for (let index = 0; index < MEASURED; index++) {
    if (!store.answer(['bench', Math.floor((index * next) / MEASURED)], anyone)) throw new Error();
  }
  return (performance.now() - startMs) / MEASURED;
}

async function measure(store: AnswerStore) {
  return {
    'one after the other': await keep(store, MEASURED, 1),
    [`${AT_ONCE} at a time`]: await keep(store, MEASURED, AT_ONCE),
    found: find(store),
  };
}

const folder = await mkdtemp(join(tmpdir(), 'iqa-store-bench-'));
try {
  const path = join(folder, 'answers.sqlite');
  const store = openAnswerStore(path);
  const empty = await measure(store);
  while (next < entries) await keep(store, 1024, 1024);
  const full = await measure(store);
  console.log(`answers in the store: ${next.toLocaleString('en-US')}`);
  for (const [name, ms] of Object.entries(full)) {
    const before = empty[name as keyof typeof empty] as number;
    console.log(
      `${name.padEnd(20)} ${ms.toFixed(3)} ms, ${(ms / before).toFixed(2)} times the ${before.toFixed(3)} ms in an empty store`,
    );
  }
  store.database.close();
  console.log(`bytes an answer      ${((await stat(path)).size / next).toFixed(0)}`);
} finally {
  await rm(folder, { recursive: true });
}
