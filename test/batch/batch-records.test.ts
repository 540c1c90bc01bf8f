import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStoreFile } from '../../providers/answers/store-file.ts';
import { type Ledger, openLedger } from '../../providers/batch/ledger.ts';
import type { BatchEntry } from '../../providers/batch/ledger-tables.ts';
import { promiseOf } from '../../providers/batch/promise.ts';
import type { NewRequest } from '../../providers/batch/request-table.ts';
import { beginRun, isGone } from '../../providers/batch/run.ts';

let folder: string;
let ledger: Ledger;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-ledger-'));
  ledger = openLedger(openStoreFile(join(folder, 'answers.sqlite')));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const PLACE = { judge: 'openai:x', options: '{}', config: '["a.yaml"]', entry: 'one' };
const open = (run = 'one') => ledger.open(PLACE, run, (mark) => join(folder, mark));
/** @returns the request's name at the vendor */
function add(batch: BatchEntry, wanted: NewRequest): string {
  let name = '';
  ledger.add(batch, wanted, undefined, (given) => {
    name = given;
  });
  return name;
}
const request = (number: number, usd = 1) => ({
  ...{ key: new Uint8Array(32).fill(number), part: 'only', image: 'a.png' },
  ...{ prefill: undefined, usd },
});
const change = (batch: BatchEntry, state: BatchEntry['state']) => {
  const now = ledger.change(batch, { state });
  if (!now) throw new Error('not changed');
  return now;
};

describe('a batch in the ledger', () => {
  it('changes only from the state and the hands in which it was read', () => {
    const batch = open();
    const sealed = change(batch, 'sealed');
    expect(ledger.change(batch, { state: 'submitted' })).toBeUndefined();
    expect(ledger.forget(batch)).toBe(false);
    expect(ledger.takeOver(sealed, 'two')?.run).toBe('two');
    expect(ledger.takeOver(sealed, 'three')).toBeUndefined();
    expect(ledger.change(sealed, { state: 'submitting' })).toBeUndefined();
    expect(ledger.batches('sealed').map(({ run }) => run)).toEqual(['two']);
  });

  it('takes no request when it is no longer being written', () => {
    const batch = open();
    expect(add(batch, request(1))).toMatch(/^iqa-/);
    change(batch, 'sealed');
    expect(() => add(batch, request(2))).toThrow('taken over');
    expect(ledger.find(request(2).key, 'only')).toBeUndefined();
  });

  it('costs what its requests have cost, or about will', () => {
    const batch = open();
    const names = [1, 2, 3, 4].map((number) => add(batch, request(number)));
    const [first, second, third] = names.map((name) => ledger.request(batch, name));
    if (!first || !second || !third) throw new Error('no requests');
    expect(ledger.spentUsd(PLACE)).toBe(4);
    ledger.settle(first, { state: 'done', usd: 0.25 });
    ledger.settle(second, { state: 'done', usd: undefined });
    ledger.settle(third, { state: 'failed', usd: 0 });
    expect(ledger.spentUsd(PLACE)).toBe(0.25 + 1 + 1);
    // Once, however often the results are read.
    ledger.settle(first, { state: 'done', usd: 0.25 });
    expect(ledger.spentUsd(PLACE)).toBe(0.25 + 1 + 1);
    expect(ledger.settleRest(batch.id, 'unanswered', 'not mentioned', 'nothing')).toBe(1);
    expect(ledger.spentUsd(PLACE)).toBe(0.25 + 1);
    change(batch, 'collected');
    ledger.forgetSettled('openai:x');
    expect(ledger.find(request(3).key, 'only')).toBeUndefined();
    expect(ledger.spentUsd(PLACE)).toBe(0.25 + 1);
  });
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
        ledger.open(place, 'run', (mark) => join(folder, mark)),
        request(number),
      );
    }
    expect(ledger.spentUsd(PLACE)).toBe(usd);
  });
});

describe('what is left of a batch that has ended', () => {
  it.each([
    ['nothing', 1],
    ['estimate', 3],
  ] as const)('costs %s where the vendor does not say', (costs, usd) => {
    const batch = open();
    const [first] = [1, 2, 3].map((number) => ledger.request(batch, add(batch, request(number))));
    if (first) ledger.settle(first, { state: 'done', usd: 1 });
    expect(ledger.settleRest(batch.id, 'unanswered', 'gone', costs)).toBe(2);
    expect(ledger.spentUsd(PLACE)).toBe(usd);
    expect(ledger.counts(batch.id)).toMatchObject({ done: 1, unanswered: 2 });
    // Nothing is taken off twice, and what was cleared meanwhile has been paid for all the same.
    change(batch, 'collected');
    ledger.forgetSettled();
    ledger.settleRest(batch.id, 'unanswered', 'gone', costs);
    expect(ledger.spentUsd(PLACE)).toBe(usd);
  });
});

describe('a run', () => {
  it('is there until it ends', async () => {
    const run = beginRun(ledger.path);
    const other = beginRun(ledger.path);
    expect(other.isGone(run.id)).toBe(false);
    expect(isGone(ledger.path, run.id)).toBe(false);
    run.end();
    expect(other.isGone(run.id)).toBe(true);
    other.end();
    expect((await readdir(folder)).filter((name) => name.includes('-run-'))).toEqual([]);
  });

  it('removes what an older one left behind, and no lock that is held', async () => {
    const run = beginRun(ledger.path);
    const left = `${ledger.path}-run-left`;
    await writeFile(left, '');
    const yesterday = Date.now() / 1000 - 25 * 3600;
    for (const file of [left, `${ledger.path}-run-${run.id}`])
      await utimes(file, yesterday, yesterday);
    await writeFile(`${ledger.path}-run-new`, '');
    const other = beginRun(ledger.path);
    const locks = (await readdir(folder)).filter((name) => name.includes('-run-'));
    expect(locks).toHaveLength(3);
    expect(locks.join()).not.toContain('left');
    expect(other.isGone(run.id)).toBe(false);
    run.end();
    other.end();
  });

  it('ends with its process, even when that is killed', async () => {
    const code = `
      import { beginRun } from ${JSON.stringify(new URL('../../providers/batch/run.ts', import.meta.url).href)};
      process.send(beginRun(${JSON.stringify(ledger.path)}).id);
      setInterval(() => {}, 1000);`;
    const child = fork('-', {
      execArgv: [],
      stdio: ['pipe', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, NODE_OPTIONS: '', VITEST: '' },
    });
    child.stdin?.end(code);
    const [id] = await once(child, 'message');
    expect(isGone(ledger.path, id)).toBe(false);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isGone(ledger.path, id)).toBe(true);
  });
});

describe('a question that is in a batch', () => {
  it('is promised while the batch is, or can be, submitted', () => {
    const run = beginRun(ledger.path);
    const { key } = request(1);
    expect(promiseOf(ledger, key)).toBeUndefined();
    const batch = open(run.id);
    add(batch, request(1));
    expect(promiseOf(ledger, key)).toContain('a running "batch submit"');
    run.end();
    // It will never be submitted: the next command forgets it.
    expect(promiseOf(ledger, key)).toBeUndefined();
    const sealed = change(batch, 'sealed');
    expect(promiseOf(ledger, key)).toContain('run "batch submit" to submit it');
    change(change(sealed, 'submitting'), 'submitted');
    expect(promiseOf(ledger, key)).toContain('run "batch collect"');
  });
});
