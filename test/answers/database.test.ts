import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type fs from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openStoreFile } from '../../src/answers/store-file.ts';

type Callback = (error: Error | null) => void;

/** What waits for the disk. */
const disk = vi.hoisted(() => ({ waiting: [] as Callback[], synchronous: 0 }));

vi.mock('node:fs', async (original) => ({
  ...(await original<typeof fs>()),
  fdatasync: (_file: number, callback: Callback) => disk.waiting.push(callback),
  fdatasyncSync: () => {
    disk.synchronous += 1;
  },
}));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-database-'));
  Object.assign(disk, { waiting: [], synchronous: 0 });
});
afterEach(() => rm(folder, { recursive: true }));

const open = () => {
  const database = openStoreFile(join(folder, 'a.sqlite'));
  const insert = database.prepare('INSERT INTO facts (key, fact) VALUES (?, ?)');
  const count = database.prepare('SELECT count(*) AS n FROM facts');
  return {
    ...database,
    add: (key: string) => database.write(() => insert.run(Buffer.from(key), 'fact')),
    count: () => count.get()?.n,
  };
};

const settled = async (promise: Promise<unknown>): Promise<'open' | 'done' | string> =>
  Promise.race([
    promise.then(
      () => 'done' as const,
      (error: Error) => error.message,
    ),
    new Promise<'open'>((resolve) => setTimeout(resolve, 20, 'open')),
  ]);

it('keeps its log in the WAL mode', () => {
  const database = open();
  expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
  database.close();
});

it('waits for another process that is just making the file', async () => {
  const maker = spawn(
    process.execPath,
    [
      '-e',
      `const { DatabaseSync } = require('node:sqlite');
       const connection = new DatabaseSync(process.argv[1]);
       connection.exec('BEGIN IMMEDIATE');
       console.log('locked');
       setTimeout(() => connection.exec('COMMIT'), 300);`,
      join(folder, 'a.sqlite'),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await once(maker.stdout, 'data');
  const database = open();
  expect(database.count()).toBe(0);
  database.close();
});

it('commits at once, and resolves when that is on the disk', async () => {
  const database = open();
  const first = database.add('first');
  expect(await settled(first)).toBe('open');
  expect(database.count()).toBe(1);
  const others = Promise.all([database.add('second'), database.add('third')]);
  expect(await settled(others)).toBe('open');
  expect(database.count()).toBe(3);
  expect(disk.waiting).toHaveLength(1);
  disk.waiting.shift()?.(null);
  expect(await settled(first)).toBe('done');
  expect(await settled(others)).toBe('open');
  expect(disk.waiting).toHaveLength(1);
  disk.waiting.shift()?.(null);
  expect(await settled(others)).toBe('done');
  database.close();
});

it('says so when the disk fails', async () => {
  const database = open();
  const write = database.add('first');
  expect(await settled(write)).toBe('open');
  disk.waiting.shift()?.(new Error('EIO: i/o error'));
  expect(await settled(write)).toContain('could not be written: EIO');
  database.close();
});

it('waits for the disk itself in a durable transaction and when it is closed', async () => {
  const database = open();
  database.transaction(() => {});
  expect(disk.synchronous).toBe(0);
  database.durableTransaction(() => {});
  expect(disk.synchronous).toBe(1);
  const write = database.add('first');
  database.close();
  expect(disk.synchronous).toBe(2);
  expect(await settled(write)).toBe('done');
});
