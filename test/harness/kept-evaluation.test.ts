import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cacheOf, isKept } from '../../src/harness/kept-evaluation.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-kept-'));
  vi.stubEnv('PROMPTFOO_CONFIG_DIR', folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

describe('an evaluation', () => {
  it("is kept when promptfoo's database has it", () => {
    const database = new DatabaseSync(join(folder, 'promptfoo.db'));
    database.exec(
      "CREATE TABLE evals (id TEXT PRIMARY KEY, runtime_options TEXT); INSERT INTO evals VALUES ('eval-1', NULL)",
    );
    database.close();
    expect(isKept('eval-1')).toBe(true);
    expect(isKept('eval-2')).toBe(false);
    expect(isKept(undefined)).toBe(false);
  });

  it('was begun with or without the cache as promptfoo noted, and else it is not known', () => {
    const database = new DatabaseSync(join(folder, 'promptfoo.db'));
    database.exec(`
      CREATE TABLE evals (id TEXT PRIMARY KEY, runtime_options TEXT);
      INSERT INTO evals VALUES
        ('eval-5', '{"cache":false}'), ('eval-6', '{"cache":true}'), ('eval-7', '{}')`);
    database.close();
    expect(['eval-5', 'eval-6', 'eval-7', 'eval-8'].map(cacheOf)).toEqual([
      ...[false, true],
      ...[undefined, undefined],
    ]);
  });

  it('is taken to be kept where there is no database to ask, or another one', async () => {
    expect(isKept('eval-3')).toBe(true);
    expect(cacheOf('eval-3')).toBeUndefined();
    await writeFile(join(folder, 'promptfoo.db'), 'no database');
    expect(isKept('eval-4')).toBe(true);
  });
});
