import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readImageFile } from '../../src/images/image-file.ts';

const bytes = Buffer.from([137, 80, 78, 71]);
let folder = '';
let path = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-source-'));
  path = join(folder, 'a b#1.png');
  await writeFile(path, bytes);
  await writeFile(join(folder, 'empty.png'), '');
});
afterAll(() => rm(folder, { recursive: true }));

describe('readImageFile', () => {
  it.each([
    ['an absolute path', () => path],
    ['a path relative to the working directory', () => relative(process.cwd(), path)],
    ['a file URL', () => pathToFileURL(path).href],
    ['a data URI', () => `data:image/png;base64,${bytes.toString('base64')}`],
    [
      'a data URI with signs as their numbers',
      () => `data:image/png;base64,${encodeURIComponent(bytes.toString('base64'))}`,
    ],
    ['bytes', () => bytes],
  ])('reads %s', async (_, source) => {
    expect(Buffer.from((await readImageFile(source())).bytes)).toEqual(bytes);
  });

  it.each([
    ['a missing file', () => join(folder, 'no.png'), /image ".*no\.png": no such file/],
    ['a folder', () => folder, /this is a folder/],
    ['an empty file', () => join(folder, 'empty.png'), /empty\.png": the file is empty/],
    ['a remote URL', () => 'https://example.com/a.png', /remote images are not fetched/],
    ['a data URI without base64', () => 'data:image/png,abc', /not base64/],
    ['a file URL of another host', () => 'file://elsewhere/a.png', /not a usable file URL/],
  ])('refuses %s', async (_, source, message) => {
    await expect(readImageFile(source())).rejects.toThrow(message);
  });
});
