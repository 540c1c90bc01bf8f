import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAnswerStore } from '../../src/answers/store.ts';
import { openStoreFile, storePath } from '../../src/answers/store-file.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-store-'));
});
afterEach(() => rm(folder, { recursive: true }));

const WRITER = fileURLToPath(new URL('./writer.ts', import.meta.url));
const ANYONE = { evaluation: undefined, ownOnly: false };

describe('the answer store', () => {
  it('lies where PROMPTFOO_IQA_STORE says, else beside the database of promptfoo', () => {
    expect(storePath({ PROMPTFOO_IQA_STORE: '/a/b.sqlite', PROMPTFOO_CONFIG_DIR: '/c' })).toBe(
      '/a/b.sqlite',
    );
    expect(storePath({ PROMPTFOO_CONFIG_DIR: '/c' })).toBe(join('/c', 'iqa', 'answers.sqlite'));
    expect(storePath({})).toMatch(/\.promptfoo.iqa.answers\.sqlite$/);
  });

  it('lies where a symbolic link leads', async () => {
    const path = join(folder, 'a.sqlite');
    openAnswerStore(path).database.close();
    const link = join(folder, 'link.sqlite');
    await symlink(path, link);
    expect(storePath({ PROMPTFOO_IQA_STORE: link })).toBe(await realpath(path));
    const store = openAnswerStore(link);
    await store.keepFact('key', 1);
    store.database.close();
    expect(openAnswerStore(path).fact('key')).toBe(1);
  });

  it('loses nothing that it acknowledged when processes that write at once are killed', async () => {
    const path = join(folder, 'a.sqlite');
    const acknowledged: string[] = [];
    const writers = ['a', 'b', 'c'].map((name) => {
      const writer = fork(WRITER, [path, name], { execArgv: [] });
      writer.on('message', (key) => acknowledged.push(String(key)));
      return writer;
    });
    for (const [index, writer] of writers.entries()) {
      while (acknowledged.filter((key) => key.startsWith(`${'abc'[index]} `)).length < 50) {
        await once(writer, 'message');
      }
      writer.kill('SIGKILL');
      await once(writer, 'exit');
    }
    const store = openAnswerStore(path);
    const lost = acknowledged.filter((key) => store.reply(key, 'part', ANYONE) === undefined);
    expect(lost).toEqual([]);
    expect(store.database.prepare('PRAGMA integrity_check').get()).toEqual({
      integrity_check: 'ok',
    });
    store.database.close();
  });

  it('opened by two processes of an evaluation sets aside no money twice', async () => {
    const { spendingOf } = await import('../../src/answers/entry-spending.ts');
    const [first, second] = [1, 2].map(() =>
      spendingOf(openStoreFile(join(folder, 'a.sqlite')), 'evaluation', 'entry'),
    );
    expect(first?.reserve(0.6, 1).id).toBeDefined();
    expect(second?.reserve(0.6, 1)).toEqual({ id: undefined, usedUsd: 0.6 });
  });

  it.each<[string, (path: string) => Promise<void> | void, RegExp]>([
    [
      'is no database',
      (path) => writeFile(path, 'not a database, but text of some length'.repeat(100)),
      /answer store .*a\.sqlite: cannot be used: file is not a database.*PROMPTFOO_IQA_STORE/,
    ],
    [
      'was made by a later version',
      (path) => {
        const database = openStoreFile(path);
        database.prepare('PRAGMA user_version = 99').run();
        database.close();
      },
      /it has version 99 and this promptfoo-iqa reads version 1/,
    ],
  ])('refuses a file that %s', async (_, make, message) => {
    const path = join(folder, 'a.sqlite');
    await make(path);
    expect(() => openAnswerStore(path)).toThrow(message);
  });

  it('reports a write that fails to everyone who waits for it', async () => {
    const database = openStoreFile(join(folder, 'a.sqlite'));
    const writes = [
      database.write(() => {}),
      database.write(() => {
        throw new Error('disk full');
      }),
    ];
    const outcomes = await Promise.allSettled(writes);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(String((outcomes[1] as PromiseRejectedResult).reason)).toMatch(
      /could not be written: disk full/,
    );
    database.close();
  });
});
