import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { repetitionsOf } from '../../src/harness/continued-evaluation.ts';
import { refuseOtherFolder } from '../../src/harness/other-folder.ts';
import { appendCorrelationRows } from '../../src/suite/correlation-rows.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-going-on-'));
  vi.stubEnv('PROMPTFOO_CONFIG_DIR', folder);
  const database = new DatabaseSync(join(folder, 'promptfoo.db'));
  database.exec(
    'CREATE TABLE evals (id TEXT PRIMARY KEY, created_at INTEGER, config TEXT, runtime_options TEXT)',
  );
  const insert = database.prepare('INSERT INTO evals VALUES (?, ?, ?, ?)');
  const here = { tests: ['file:///etc/*.yaml', { path: 'file://package.json:rows' }] };
  const twice = { ...here, evaluateOptions: { repeat: 2 } };
  const elsewhere = { ...here, extensions: ['file://../none/extension.ts:hook'] };
  insert.run('eval-once', 1, JSON.stringify(here), '{"repeat":1}');
  insert.run('eval-configured', 2, JSON.stringify(twice), '{"repeat":2}');
  insert.run('eval-elsewhere', 3, JSON.stringify(elsewhere), '{}');
  insert.run('eval-given', 4, JSON.stringify(here), '{"repeat":3}');
  database.close();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

describe('how often rows are repeated in a run that goes on', () => {
  it.each([
    [['eval'], undefined],
    [['eval', '--resume', 'eval-unknown'], undefined],
    [['retry', 'eval-once'], { begun: 1, now: 1 }],
    [['retry', 'eval-configured'], { begun: 2, now: 1 }],
    [['eval', '--resume', 'eval-configured'], { begun: 2, now: 2 }],
    [['eval', '--resume'], { begun: 3, now: 3 }],
    [['eval', '--retry-errors'], { begun: 3, now: 1 }],
    [['eval', '--retry-errors', '--repeat', '3'], { begun: 3, now: 3 }],
  ])('is known for %j', (words, repetitions) => {
    expect(repetitionsOf(words)).toEqual(repetitions);
  });

  it('is refused where it is another number', () => {
    const suite = { providers: [], prompts: [], tests: [] };
    const goOn = (...words: string[]) => appendCorrelationRows(suite, ['eval', ...words]);
    expect(() => goOn('--retry-errors')).toThrow(
      'this evaluation was begun with --repeat 3 and would go on with 1, so results would stand in the wrong rows; give --retry-errors the same --repeat, or run it anew',
    );
    expect(goOn('--retry-errors', '--repeat=3').tests).toEqual([]);
  });
});

describe('an evaluation whose files are looked for in another folder', () => {
  it('is refused, with the first that is not there', () => {
    expect(() => refuseOtherFolder('', ['retry', 'eval-elsewhere'])).toThrow(
      `this evaluation was begun with a configuration in another folder: ../none/extension.ts is not there from ${process.cwd()}, where promptfoo looks for it when it goes on; say where the configuration is (promptfoo retry eval-elsewhere -c <configuration>), or run it anew`,
    );
  });

  it('is let be where all are there, where the folder is known, and where the run is new', () => {
    refuseOtherFolder('', ['eval', '--resume', 'eval-once']);
    refuseOtherFolder('configs', ['retry', 'eval-elsewhere']);
    refuseOtherFolder('', ['eval']);
    refuseOtherFolder('', ['eval', '--resume', 'eval-unknown']);
  });
});
