import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadEnvironment } from '../../src/harness/env-files.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-env-'));
  await writeFile(join(folder, '.env'), 'SET=of .env\nUNSET=of .env\nNAMED=of .env\n');
  await writeFile(join(folder, 'one'), 'NAMED=of one\nBOTH=of one\n');
  await writeFile(join(folder, 'two'), 'BOTH="of two"\nSET=of two\n');
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

it('fills in from .env what is not set', () => {
  const environment: NodeJS.ProcessEnv = { SET: 'before' };
  const commandLine = ['estimate', '-c', 'a.yaml'];
  expect(loadEnvironment(commandLine, folder, environment)).toEqual(commandLine);
  expect(environment).toEqual({ SET: 'before', UNSET: 'of .env', NAMED: 'of .env' });
});

it.each([
  [['check', '--env-file', 'one', '-c', 'a.yaml', '--env-file=two']],
  [['check', '--env-path', 'one,two', '-c', 'a.yaml']],
])('lets the files that are named replace what is set: %j', (commandLine) => {
  const environment: NodeJS.ProcessEnv = { SET: 'before' };
  expect(loadEnvironment(commandLine, folder, environment)).toEqual(['check', '-c', 'a.yaml']);
  const named = { SET: 'of two', NAMED: 'of one', BOTH: 'of two' };
  expect(environment).toEqual({ ...named, UNSET: 'of .env' });
});

it('says which file is missing', () => {
  expect(() => loadEnvironment(['check', '--env-file', 'none'], folder, {})).toThrow(
    '--env-file: there is no none',
  );
});
