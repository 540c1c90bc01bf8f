import { writeFileSync, writeSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openStoreFile } from '../../src/answers/store-file.ts';
import { type BatchRecords, openBatchRecords } from '../../src/batch/batch-records.ts';
import { createBatchWriter } from '../../src/batch/batch-writer.ts';
import { forgetUnfinished, sealWritten } from '../../src/batch/hand-over.ts';
import { beginRun, RUN_VARIABLE, type Run } from '../../src/batch/running-command.ts';
import type { BatchAsking } from '../../src/judges/batch.ts';

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  return { ...fs, writeFileSync: vi.fn(fs.writeFileSync) };
});

let folder: string;
let records: BatchRecords;
let run: Run;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-batch-'));
  vi.stubEnv('PROMPTFOO_CONFIG_DIR', folder);
  records = openBatchRecords(openStoreFile(join(folder, 'answers.sqlite')));
  run = beginRun(records.path);
  vi.stubEnv(RUN_VARIABLE, run.id);
});
afterEach(async () => {
  run.end();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const writerOf = (limits: { requests: number; bytes: number }, judge = 'openai:x') => {
  const engine = { limits, line: (id: string, body: object) => ({ id, body }) };
  return createBatchWriter(records, { engine } as unknown as BatchAsking, {
    ...{ judge, options: '{}', entry: 'one' },
  });
};

const request = (number: number, text = '') => ({
  key: new Uint8Array(32).fill(number),
  part: 'only',
  prefill: undefined,
  image: 'a.png',
  usd: undefined,
  body: { number, text },
});

const linesIn = async (file: string) =>
  (await readFile(file, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).body.number);

it('splits at the number of requests', async () => {
  const writer = writerOf({ requests: 2, bytes: 1e6 });
  await Promise.all([1, 2, 3, 4, 5].map((number) => writer.add(request(number))));
  const sealed = records.batches('sealed');
  expect(await Promise.all(sealed.map(({ file }) => linesIn(file)))).toEqual([
    [1, 2],
    [3, 4],
  ]);
  const [writing] = records.batches('writing');
  expect(writing?.requests).toBe(1);
  sealWritten(records, run);
  expect(records.batches('sealed')).toHaveLength(3);
});

it('keeps every file below the limit of bytes', async () => {
  const bytes = 400;
  const writer = writerOf({ requests: 1000, bytes });
  for (let number = 1; number <= 8; number++) await writer.add(request(number, 'x'.repeat(90)));
  sealWritten(records, run);
  const files = records.batches('sealed').map(({ file }) => file);
  expect(files.length).toBeGreaterThan(1);
  for (const file of files) expect((await readFile(file)).length).toBeLessThanOrEqual(bytes);
  expect((await Promise.all(files.map(linesIn))).flat()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

it('writes what another process has written meanwhile into no second file', async () => {
  const [one, other] = [1, 2].map(() => writerOf({ requests: 10, bytes: 1e6 }));
  const outcomes = await Promise.all([one?.add(request(1)), other?.add(request(1))]);
  expect(outcomes).toEqual(['written', 'waiting']);
  sealWritten(records, run);
  expect(records.batches('sealed').map(({ requests }) => requests)).toEqual([1]);
});

it('refuses a request that fits in no file', async () => {
  const writer = writerOf({ requests: 10, bytes: 300 });
  await expect(writer.add(request(1, 'x'.repeat(400)))).rejects.toThrow(
    /above the batch engine's limit of 300; send smaller images/,
  );
  expect(await writer.add(request(2))).toBe('written');
});

it('writes a request that waits already nowhere else', async () => {
  const writer = writerOf({ requests: 10, bytes: 1e6 });
  const admit = vi.fn();
  const isKnown = () => false;
  expect(await writer.add(request(1), { admit, isKnown })).toBe('written');
  // Nor is it paid for again.
  expect(await writer.add(request(1), { admit, isKnown })).toBe('waiting');
  expect(admit).toHaveBeenCalledOnce();
  const refuse = () => {
    throw new Error('beyond the budget');
  };
  await expect(writer.add(request(2), { admit: refuse, isKnown })).rejects.toThrow(
    'beyond the budget',
  );
  expect(records.batches('writing').map(({ requests }) => requests)).toEqual([1]);
});

it('does not write what has been answered while it waited', async () => {
  const writer = writerOf({ requests: 10, bytes: 1e6 });
  const admit = vi.fn();
  expect(await writer.add(request(1), { isKnown: () => true, admit })).toBe('known');
  expect(admit).not.toHaveBeenCalled();
  expect(records.find(request(1).key, 'only')).toBeUndefined();
  expect(records.batches('writing').map(({ requests }) => requests)).toEqual([0]);
});

it('takes back what it could not write whole, and goes on', async () => {
  const writer = writerOf({ requests: 10, bytes: 1e6 });
  await writer.add(request(1));
  vi.mocked(writeFileSync).mockImplementationOnce((descriptor, line) => {
    writeSync(descriptor as number, (line as Buffer).subarray(0, 10));
    throw new Error('ENOSPC: no space left on device');
  });
  await expect(writer.add(request(2))).rejects.toThrow('no space left');
  expect(records.find(request(2).key, 'only')).toBeUndefined();
  await writer.add(request(3));
  sealWritten(records, run);
  const [batch] = records.batches('sealed');
  expect(batch?.requests).toBe(2);
  expect(await linesIn(batch?.file ?? '')).toEqual([1, 3]);
});

it('forgets what a run that has ended was writing, and nothing else', async () => {
  const writer = writerOf({ requests: 10, bytes: 1e6 });
  await writer.add(request(1));
  const other = beginRun(records.path);
  forgetUnfinished(records, other);
  const [batch] = records.batches('writing');
  expect(batch?.requests).toBe(1);
  run.end();
  forgetUnfinished(records, other);
  expect(records.batches('writing')).toEqual([]);
  expect(records.find(request(1).key, 'only')).toBeUndefined();
  await expect(readFile(batch?.file ?? '')).rejects.toThrow('ENOENT');
  await expect(writer.add(request(2))).rejects.toThrow('taken over by another "batch submit"');
  other.end();
});

it('leaves the files of other runs alone when it completes its own', async () => {
  await writerOf({ requests: 10, bytes: 1e6 }).add(request(1));
  const other = beginRun(records.path);
  vi.stubEnv(RUN_VARIABLE, other.id);
  await writerOf({ requests: 10, bytes: 1e6 }).add(request(2));
  sealWritten(records, other);
  expect(records.batches('sealed').map((batch) => batch.run)).toEqual([other.id]);
  expect(records.batches('writing').map((batch) => batch.run)).toEqual([run.id]);
  other.end();
});

it('writes no more for a vendor that refused, and goes on for others', async () => {
  const writer = writerOf({ requests: 1, bytes: 1e6 });
  await writer.add(request(1));
  await writer.add(request(2));
  const [sealed] = records.batches('sealed');
  if (sealed) records.change(sealed, { problem: 'judge openai:x: the key is wrong' });
  await expect(writer.add(request(3))).rejects.toThrow('the key is wrong');
  expect(await writerOf({ requests: 1, bytes: 1e6 }, 'openai:y').add(request(4))).toBe('written');
});
