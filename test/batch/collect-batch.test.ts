import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AnswerStore } from '../../src/answers/store.ts';
import { openStoreFile } from '../../src/answers/store-file.ts';
import { type BatchRecords, openBatchRecords } from '../../src/batch/batch-records.ts';
import { collectBatch } from '../../src/batch/collect-batch.ts';
import type { Engines } from '../../src/batch/engines.ts';
import { readResponse } from '../../src/judges/openai/response-reply.ts';

let folder: string;
let records: BatchRecords;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-collect-'));
  records = openBatchRecords(openStoreFile(join(folder, 'answers.sqlite')));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const PLACE = { judge: 'openai:x', options: '{}', config: '[]', entry: 'one' };

/** A batch of two requests of 1 USD each, and their names. */
function submitted() {
  const writing = records.open(PLACE, 'run', (mark) => join(folder, mark));
  const names: string[] = [];
  for (const number of [1, 2]) {
    const key = new Uint8Array(32).fill(number);
    const request = { key, part: 'only', prefill: undefined, image: 'a.png', usd: 1 };
    records.add(writing, request, undefined, (name) => names.push(name));
  }
  const batch = records.change(writing, { state: 'submitted', vendor_id: 'batch_1' });
  if (!batch) throw new Error('not submitted');
  return { batch, names };
}

const enginesWith = (results: () => AsyncIterable<object>) =>
  (() => ({
    engine: { results },
    read: () => ({ text: '' }),
    costUsd: () => undefined,
  })) as unknown as Engines;

it('says that the store cannot be written, and ends on it alone', async () => {
  const { batch, names } = submitted();
  const unhandled: unknown[] = [];
  const note = (error: unknown) => unhandled.push(error);
  process.on('unhandledRejection', note);
  const keepReply = async () => {
    throw new Error('the disk is full');
  };
  const engines = enginesWith(async function* () {
    yield { customId: names[0], raw: {} };
    // The vendor's next line takes a while.
    await setTimeout(20);
    yield { customId: names[1], raw: {} };
  });
  const store = { keepReply } as unknown as AnswerStore;
  await expect(collectBatch(batch, {}, { store, records, engines })).rejects.toThrow(
    'the disk is full',
  );
  await setTimeout(1);
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
  // To be collected when the disk has room.
  expect(records.batches('submitted')).toHaveLength(1);
});

const noResults = async function* () {};
const gone = async function* () {
  yield* [];
  throw Object.assign(new Error('404 no such file'), { status: 404 });
};

it.each([
  ['counts results that are gone as paid for', undefined, gone, 2],
  ['counts what the results do not mention as free', undefined, noResults, 0],
  ['counts a refused batch as free', { message: 'too many tokens', again: true }, noResults, 0],
])('%s', async (_, refused, results, usd) => {
  const { batch } = submitted();
  const store = {} as AnswerStore;
  await collectBatch(batch, refused ? { refused } : {}, {
    store,
    records,
    engines: enginesWith(results),
  });
  expect(records.spentUsd(PLACE)).toBe(usd);
  expect(records.batches('collected')).toHaveLength(1);
});

it('sends again what met trouble of the server in the place of an answer, and nothing else', async () => {
  const { batch, names } = submitted();
  const replies = [
    { status: 'failed', error: { code: 'server_error', message: 'try again' }, output: [] },
    { status: 'failed', error: { code: 'invalid_image', message: 'no image' }, output: [] },
  ];
  const engines = (() => ({
    engine: {
      async *results() {
        yield* replies.map((raw, i) => ({ customId: names[i], raw }));
      },
    },
    read: (raw: unknown) => readResponse(raw),
    costUsd: () => undefined,
  })) as unknown as Engines;
  await collectBatch(batch, {}, { store: {} as AnswerStore, records, engines });
  const states = [1, 2].map((number) => records.find(new Uint8Array(32).fill(number), 'only'));
  expect(states).toMatchObject([
    { state: 'unanswered', problem: expect.stringContaining('try again') },
    { state: 'failed', problem: expect.stringContaining('no image') },
  ]);
});

it.each([
  ['file-8kQmC3xYVtWdZ1pL', 'No such File object: file-8kQmC3xYVtWdZ1pL'],
  ['file_011CPMxVD3fHLUhvTqtsQA5w', 'File not found: file_011CPMxVD3fHLUhvTqtsQA5w'],
  [
    'https://generativelanguage.googleapis.com/v1beta/files/x7h2kq9ab1cd',
    'You do not have permission to access the File x7h2kq9ab1cd or it may not exist.',
  ],
])('sends again, with another upload, what named one that is lost: %s', async (fileId, words) => {
  const [lost, other] = [new Uint8Array([1]), new Uint8Array([2])];
  records.keepUpload(lost, fileId);
  records.keepUpload(other, 'file-of-another-image');
  const { batch, names } = submitted();
  const failures = [words, 'No such file on this server.'];
  const engines = enginesWith(async function* () {
    yield* failures.map((failure, i) => ({ customId: names[i], failure, again: false }));
  });
  await collectBatch(batch, {}, { store: {} as AnswerStore, records, engines });
  const states = [1, 2].map((number) => records.find(new Uint8Array(32).fill(number), 'only'));
  expect(states).toMatchObject([{ state: 'unanswered', problem: words }, { state: 'failed' }]);
  const dayAgoMs = Date.now() - 86_400_000;
  expect(records.upload(lost, dayAgoMs)).toBeUndefined();
  expect(records.upload(other, dayAgoMs)).toBe('file-of-another-image');
});
