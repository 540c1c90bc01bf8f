import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { leasesIn } from '../../src/answers/leases.ts';
import { type AnswerStore, openAnswerStore } from '../../src/answers/store.ts';

let folder = '';
let store: AnswerStore;
let child: ChildProcess | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-leases-'));
  store = openAnswerStore(join(folder, 'answers.sqlite'));
});
afterEach(async () => {
  child?.kill('SIGKILL');
  store.database.close();
  await rm(folder, { recursive: true });
});

const not = () => false;
const leases = (owner: string, nowMs?: () => number) =>
  leasesIn(store.database, { owner, ...(nowMs && { nowMs }) });

/** Another process that takes the lease of a key, says so, and lives on. */
async function heldElsewhere(key: string): Promise<ChildProcess> {
  const module = (name: string) =>
    JSON.stringify(new URL(`../../src/answers/${name}.ts`, import.meta.url).href);
  child = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `const { openAnswerStore } = await import(${module('store')});
       const { sharedLeases } = await import(${module('leases')});
       const { database } = openAnswerStore(${JSON.stringify(store.path)});
       await sharedLeases(database).take(${JSON.stringify(key)}, () => false);
       setInterval(() => {}, 1000);
       console.log('taken');`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_OPTIONS: '' } },
  );
  if (child.stdout) await once(child.stdout, 'data');
  return child;
}

describe('a lease', () => {
  it('is held by one owner at a time, also within a process', async () => {
    const [one, two] = [leases('one'), leases('two')];
    const give = await one.take('key', not, undefined);
    let taken = false;
    const waiting = two.take('key', not, undefined).then((given) => {
      taken = true;
      return given;
    });
    await two.take('another key', not, undefined);
    await new Promise((done) => setTimeout(done, 500));
    expect(taken).toBe(false);
    give?.();
    (await waiting)?.();
    expect(taken).toBe(true);
  });

  it('is not waited for once the answer is here', async () => {
    await leases('one').take('key', not, undefined);
    let isHere = false;
    setTimeout(() => {
      isHere = true;
    }, 300);
    expect(await leases('two').take('key', () => isHere, undefined)).toBeUndefined();
  });

  it('is not waited for after an abort', async () => {
    await leases('one').take('key', not, undefined);
    const signal = AbortSignal.timeout(100);
    await expect(leases('two').take('key', not, signal)).rejects.toThrow();
  });

  it('of an owner that has not renewed it is free', async () => {
    let nowMs = 1_000_000;
    await leases('one', () => nowMs).take('key', not, undefined);
    nowMs += 31_000;
    expect(await leases('two', () => nowMs).take('key', not, undefined)).toBeDefined();
  });

  it('of another process is waited for, and free as soon as that is killed', async () => {
    const other = await heldElsewhere('key');
    const own = leases('own');
    await expect(own.take('key', not, AbortSignal.timeout(800))).rejects.toThrow();
    other.kill('SIGKILL');
    await once(other, 'exit');
    const startMs = performance.now();
    expect(await own.take('key', not, undefined)).toBeDefined();
    expect(performance.now() - startMs).toBeLessThan(5000);
  }, 60_000);
});
