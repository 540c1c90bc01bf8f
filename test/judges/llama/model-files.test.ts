import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { lookAtFiles } from '../../../src/judges/llama/model-files.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iqa-weights-'));
  vi.stubEnv('PROMPTFOO_CONFIG_DIR', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const write = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const source = (path: string) =>
  ({ kind: 'file', path, mmproj: write('mmproj.gguf', 'eye') }) as const;

// printf abc | sha256sum, and of "eye"
const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
const EYE = '47c215b5f70eb9c9b4bcb2c027007d6cf38a899f40d1d1da6922e49308b15b69';
const DEF = 'cb8379ac2098aa165029e3938a51da0bcecfc008fd6795f401178647f96c5b34';

it('names a model by the SHA-256 of its weights and of its vision part', async () => {
  expect(await lookAtFiles(source(write('m.gguf', 'abc')))).toEqual({
    isReached: true,
    facts: { weights: ABC, mmproj: EYE },
  });
});

it('takes every piece of a model in pieces', async () => {
  const first = write('m-00001-of-00002.gguf', 'abc');
  write('m-00002-of-00002.gguf', 'def');
  write('other-00002-of-00002.gguf', 'abc');
  expect(await lookAtFiles(source(first))).toMatchObject({ facts: { weights: `${ABC} ${DEF}` } });
});

it('knows nothing of a repository that has not been downloaded', async () => {
  expect(await lookAtFiles({ kind: 'repository', name: 'a/b' })).toEqual({
    isReached: false,
    problem: 'its files have not been downloaded yet',
  });
});
