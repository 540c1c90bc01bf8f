import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStoreFile } from '../../src/answers/store-file.ts';
import { whyAwaited } from '../../src/batch/awaited-reply.ts';
import { type BatchRecords, openBatchRecords } from '../../src/batch/batch-records.ts';
import type { BatchEntry } from '../../src/batch/record-tables.ts';
import type { NewRequest } from '../../src/batch/request-table.ts';
import { beginRun, isGone } from '../../src/batch/running-command.ts';

let folder: string;
let records: BatchRecords;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-records-'));
  records = openBatchRecords(openStoreFile(join(folder, 'answers.sqlite')));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const PLACE = { judge: 'openai:x', options: '{}', config: '["a.yaml"]', entry: 'one' };
const open = (run = 'one') => records.open(PLACE, run, (mark) => join(folder, mark));
/** @returns the request's name at the vendor */
function add(batch: BatchEntry, wanted: NewRequest): string {
  let name = '';
  records.add(batch, wanted, undefined, (given) => {
    name = given;
  });
  return name;
}
const request = (number: number, usd = 1) => ({
  ...{ key: new Uint8Array(32).fill(number), part: 'only', image: 'a.png' },
  ...{ prefill: undefined, usd },
});
const change = (batch: BatchEntry, state: BatchEntry['state']) => {
  const now = records.change(batch, { state });
  if (!now) throw new Error('not changed');
  return now;
};

describe('a batch in the records', () => {
  it('changes only from the state and the hands in which it was read', () => {
    const batch = open();
    const sealed = change(batch, 'sealed');
    expect(records.change(batch, { state: 'submitted' })).toBeUndefined();
    expect(records.forget(batch)).toBe(false);
    expect(records.takeOver(sealed, 'two')?.run).toBe('two');
    expect(records.takeOver(sealed, 'three')).toBeUndefined();
    expect(records.change(sealed, { state: 'submitting' })).toBeUndefined();
    expect(records.batches('sealed').map(({ run }) => run)).toEqual(['two']);
  });

  it('takes no request when it is no longer being written', () => {
    const batch = open();
    expect(add(batch, request(1))).toMatch(/^iqa-/);
    change(batch, 'sealed');
    expect(() => add(batch, request(2))).toThrow('taken over');
    expect(records.find(request(2).key, 'only')).toBeUndefined();
  });

  it('costs what its requests have cost, or about will', () => {
    const batch = open();
    const names = [1, 2, 3, 4].map((number) => add(batch, request(number)));
    const [first, second, third] = names.map((name) => records.request(batch, name));
    if (!first || !second || !third) throw new Error('no requests');
    expect(records.spentUsd(PLACE)).toBe(4);
    records.settle(first, { state: 'done', usd: 0.25 });
    records.settle(second, { state: 'done', usd: undefined });
    records.settle(third, { state: 'failed', usd: 0 });
    expect(records.spentUsd(PLACE)).toBe(0.25 + 1 + 1);
    // Once, however often the results are read.
    records.settle(first, { state: 'done', usd: 0.25 });
    expect(records.spentUsd(PLACE)).toBe(0.25 + 1 + 1);
    expect(records.settleRest(batch.id, 'unanswered', 'not mentioned', 'nothing')).toBe(1);
    expect(records.spentUsd(PLACE)).toBe(0.25 + 1);
    change(batch, 'collected');
    records.forgetSettled('openai:x');
    expect(records.find(request(3).key, 'only')).toBeUndefined();
    expect(records.spentUsd(PLACE)).toBe(0.25 + 1);
  });
});

it('an answer that has come at all counts, whatever else the results say of its request', () => {
  const batch = open();
  const names = [1, 2, 3].map((number) => add(batch, request(number)));
  const [first, second, third] = names.map((name) => records.request(batch, name));
  if (!first || !second || !third) throw new Error('no requests');
  records.settle(first, { state: 'failed', problem: 'first try', usd: 0 });
  records.settle(first, { state: 'done', usd: 0.25 });
  records.settle(second, { state: 'done', usd: 0.25 });
  records.settle(second, { state: 'unanswered', problem: 'second try', usd: 0 });
  records.settle(third, { state: 'failed', problem: 'first try', usd: 0 });
  records.settle(third, { state: 'unanswered', problem: 'second try', usd: 0 });
  expect(records.counts(batch.id)).toMatchObject({ done: 2, failed: 1, unanswered: 0 });
  expect(records.failures(batch.id)).toMatchObject([{ problem: 'first try' }]);
  expect(records.spentUsd(PLACE)).toBe(0.5);
});

describe('what an entry of a configuration has spent', () => {
  it.each([
    ['other options', { options: '{"timeoutMs":1}' }, 2],
    ['another judge', { judge: 'openai:y' }, 2],
    ['another entry with the same judge', { entry: 'two' }, 1],
    ['another configuration', { config: '["b.yaml"]' }, 1],
  ])('with a batch under %s', (_, other, usd) => {
    for (const [number, place] of [PLACE, { ...PLACE, ...other }].entries()) {
      add(
        records.open(place, 'run', (mark) => join(folder, mark)),
        request(number),
      );
    }
    expect(records.spentUsd(PLACE)).toBe(usd);
  });
});

describe('what is left of a batch that has ended', () => {
  it.each([
    ['nothing', 1],
    ['estimate', 3],
  ] as const)('costs %s where the vendor does not say', (costs, usd) => {
    const batch = open();
    const [first] = [1, 2, 3].map((number) => records.request(batch, add(batch, request(number))));
    if (first) records.settle(first, { state: 'done', usd: 1 });
    expect(records.settleRest(batch.id, 'unanswered', 'gone', costs)).toBe(2);
    expect(records.spentUsd(PLACE)).toBe(usd);
    expect(records.counts(batch.id)).toMatchObject({ done: 1, unanswered: 2 });
    // Nothing is taken off twice, and what was cleared meanwhile has been paid for all the same.
    change(batch, 'collected');
    records.forgetSettled();
    records.settleRest(batch.id, 'unanswered', 'gone', costs);
    expect(records.spentUsd(PLACE)).toBe(usd);
  });
});

describe('a run', () => {
  it('is there until it ends', async () => {
    const run = beginRun(records.path);
    const other = beginRun(records.path);
    expect(other.isGone(run.id)).toBe(false);
    expect(isGone(records.path, run.id)).toBe(false);
    run.end();
    expect(other.isGone(run.id)).toBe(true);
    other.end();
    expect((await readdir(folder)).filter((name) => name.includes('-run-'))).toEqual([]);
  });

  it('removes what an older one left behind, and no lock that is held', async () => {
    const run = beginRun(records.path);
    const left = `${records.path}-run-left`;
    await writeFile(left, '');
    const yesterday = Date.now() / 1000 - 25 * 3600;
    for (const file of [left, `${records.path}-run-${run.id}`])
      await utimes(file, yesterday, yesterday);
    await writeFile(`${records.path}-run-new`, '');
    const other = beginRun(records.path);
    const locks = (await readdir(folder)).filter((name) => name.includes('-run-'));
    expect(locks).toHaveLength(3);
    expect(locks.join()).not.toContain('left');
    expect(other.isGone(run.id)).toBe(false);
    run.end();
    other.end();
  });

  it('ends with its process, even when that is killed', async () => {
    const code = `
      import { beginRun } from ${JSON.stringify(new URL('../../src/batch/running-command.ts', import.meta.url).href)};
      process.send(beginRun(${JSON.stringify(records.path)}).id);
      setInterval(() => {}, 1000);`;
    const child = fork('-', {
      execArgv: [],
      stdio: ['pipe', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, NODE_OPTIONS: '', VITEST: '' },
    });
    child.stdin?.end(code);
    const [id] = await once(child, 'message');
    expect(isGone(records.path, id)).toBe(false);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isGone(records.path, id)).toBe(true);
  });
});

describe('a question that is in a batch', () => {
  it('is promised while the batch is, or can be, submitted', () => {
    const run = beginRun(records.path);
    const { key } = request(1);
    expect(whyAwaited(records, key)).toBeUndefined();
    const batch = open(run.id);
    add(batch, request(1));
    expect(whyAwaited(records, key)).toContain('a running "batch submit"');
    run.end();
    // It will never be submitted: the next command forgets it.
    expect(whyAwaited(records, key)).toBeUndefined();
    const sealed = change(batch, 'sealed');
    expect(whyAwaited(records, key)).toContain('run "batch submit" to submit it');
    change(change(sealed, 'submitting'), 'submitted');
    expect(whyAwaited(records, key)).toContain('run "batch collect"');
  });
});
