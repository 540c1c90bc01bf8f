import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { cachedModels } from '../../../src/judges/llama/cached-models.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iqa-models-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, bytes: number): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, Buffer.alloc(bytes));
  return file;
}

/** As Hugging Face's tools keep a file: a link in a snapshot to a blob without a name. */
function link(path: string, blob: string): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  symlinkSync(join(folder, blob), file);
  return file;
}

const found = () =>
  cachedModels({ LLAMA_CACHE: join(folder, 'llama'), HF_HOME: join(folder, 'hf') });

it('finds nothing where there is no such folder', () => {
  expect(found()).toEqual([]);
});

it("finds models in Hugging Face's cache behind their links, by repository and quantization", () => {
  const repository = 'hf/hub/models--Qwen--Qwen3-VL-2B-Instruct-GGUF';
  write(`${repository}/blobs/aaa`, 1900);
  write(`${repository}/blobs/bbb`, 400);
  link(`${repository}/snapshots/0123/Qwen3VL-2B-Instruct-Q4_K_M.gguf`, `${repository}/blobs/aaa`);
  link(
    `${repository}/snapshots/0123/mmproj-Qwen3VL-2B-Instruct-F16.gguf`,
    `${repository}/blobs/bbb`,
  );
  // A revision before it is the same file.
  link(`${repository}/snapshots/0100/Qwen3VL-2B-Instruct-Q4_K_M.gguf`, `${repository}/blobs/aaa`);
  const text = write('hf/hub/models--acme--Words-GGUF/snapshots/9/words-Q8_0.gguf', 10);
  expect(found()).toHaveLength(2);
  expect(found()).toEqual(
    expect.arrayContaining([
      {
        name: 'Qwen/Qwen3-VL-2B-Instruct-GGUF:Q4_K_M',
        path: expect.stringMatching(/Qwen3VL-2B-Instruct-Q4_K_M\.gguf$/),
        bytes: 1900,
        hasVision: true,
      },
      { name: 'acme/Words-GGUF:Q8_0', path: text, bytes: 10, hasVision: false },
    ]),
  );
});

it("finds models in llama.cpp's own flat folder", () => {
  const path = write(
    'llama/ggml-org_SmolVLM2-2.2B-Instruct-GGUF_SmolVLM2-2.2B-Instruct-Q4_K_M.gguf',
    7,
  );
  write('llama/ggml-org_SmolVLM2-2.2B-Instruct-GGUF_mmproj-SmolVLM2-2.2B-Instruct-Q8_0.gguf', 3);
  write('llama/manifest=ggml-org=SmolVLM2-2.2B-Instruct-GGUF=latest.json', 2);
  expect(found()).toEqual([
    { name: 'ggml-org/SmolVLM2-2.2B-Instruct-GGUF:Q4_K_M', path, bytes: 7, hasVision: true },
  ]);
});

it('counts a model in pieces once, with the bytes of all', () => {
  const path = write('llama/acme_Big-GGUF_big-Q4_K_M-00001-of-00003.gguf', 5);
  write('llama/acme_Big-GGUF_big-Q4_K_M-00002-of-00003.gguf', 6);
  write('llama/acme_Big-GGUF_big-Q4_K_M-00003-of-00003.gguf', 7);
  expect(found()).toEqual([{ name: 'acme/Big-GGUF:Q4_K_M', path, bytes: 18, hasVision: false }]);
});

it('names a file by its path where its repository is not known, and passes dead links over', () => {
  const path = write('llama/mine-Q4_0.gguf', 1);
  link('llama/dead.gguf', 'nowhere');
  symlinkSync(join(folder, 'llama/loop.gguf'), join(folder, 'llama/loop.gguf'));
  write('llama/part.gguf.downloadInProgress', 1);
  expect(found()).toEqual([{ name: path, path, bytes: 1, hasVision: false }]);
});
