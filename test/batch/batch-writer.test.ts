import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openStoreFile } from '../../providers/answers/store-file.ts';
import { createBatchWriter } from '../../providers/batch/batch-writer.ts';
import { type Ledger, openLedger } from '../../providers/batch/ledger.ts';
import { forgetUnfinished, sealWritten } from '../../providers/batch/submit.ts';
import type { BatchAsking } from '../../providers/judges/batch.ts';

let folder: string;
let ledger: Ledger;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-batch-'));
  vi.stubEnv('PROMPTFOO_CONFIG_DIR', folder);
  ledger = openLedger(openStoreFile(join(folder, 'answers.sqlite')));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const writerOf = (limits: { requests: number; bytes: number }) => {
  const engine = { limits, line: (id: string, body: object) => ({ id, body }) };
  return createBatchWriter(ledger, { engine } as unknown as BatchAsking, 'openai:x', '{}');
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
  const sealed = ledger.batches('sealed');
  expect(await Promise.all(sealed.map(({ file }) => linesIn(file)))).toEqual([
    [1, 2],
    [3, 4],
  ]);
  const [writing] = ledger.batches('writing');
  expect(writing?.requests).toBe(1);
  sealWritten(ledger, () => true);
  expect(ledger.batches('sealed')).toHaveLength(3);
});

it('keeps every file below the limit of bytes', async () => {
  const bytes = 400;
  const writer = writerOf({ requests: 1000, bytes });
  for (let number = 1; number <= 8; number++) await writer.add(request(number, 'x'.repeat(90)));
  sealWritten(ledger, () => true);
  const files = ledger.batches('sealed').map(({ file }) => file);
  expect(files.length).toBeGreaterThan(1);
  for (const file of files) expect((await readFile(file)).length).toBeLessThanOrEqual(bytes);
  expect((await Promise.all(files.map(linesIn))).flat()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

it('writes what another process has written meanwhile into no second file', async () => {
  const [one, other] = [1, 2].map(() => writerOf({ requests: 10, bytes: 1e6 }));
  const outcomes = await Promise.all([one?.add(request(1)), other?.add(request(1))]);
  expect(outcomes).toEqual([true, false]);
  sealWritten(ledger, () => true);
  expect(ledger.batches('sealed').map(({ requests }) => requests)).toEqual([1]);
});

it('refuses a request that fits in no file', async () => {
  const writer = writerOf({ requests: 10, bytes: 300 });
  await expect(writer.add(request(1, 'x'.repeat(400)))).rejects.toThrow(
    /above the batch engine's limit of 300; send smaller images/,
  );
  expect(await writer.add(request(2))).toBe(true);
});

it('writes a request that waits already nowhere else', async () => {
  const writer = writerOf({ requests: 10, bytes: 1e6 });
  expect(await writer.add(request(1))).toBe(true);
  expect(await writer.add(request(1))).toBe(false);
  expect(ledger.batches('writing').map(({ requests }) => requests)).toEqual([1]);
});

it('forgets what a process that is gone was writing, and nothing else', async () => {
  const writer = writerOf({ requests: 10, bytes: 1e6 });
  await writer.add(request(1));
  await forgetUnfinished(ledger);
  expect(ledger.batches('writing')).toHaveLength(1);
  const [batch] = ledger.batches('writing');
  const gone = vi.spyOn(process, 'kill').mockImplementation(() => {
    throw Object.assign(new Error('no such process'), { code: 'ESRCH' });
  });
  await forgetUnfinished(ledger);
  gone.mockRestore();
  expect(ledger.batches('writing')).toEqual([]);
  expect(ledger.find(request(1).key, 'only')).toBeUndefined();
  await expect(readFile(batch?.file ?? '')).rejects.toThrow('ENOENT');
});
