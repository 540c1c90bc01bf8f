import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Anthropic, { toFile } from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fetchFor } from '../../src/judges/http.ts';
import { uploadClient } from '../../src/judges/upload-client.ts';
import { startServer } from '../servers/server.ts';
import { startTunnel } from '../servers/tunnel.ts';

let folder: string | undefined;
afterEach(async () => {
  if (folder) await rm(folder, { recursive: true, force: true });
});

it.each([
  [1, 120_000],
  [10_000_000, 120_000],
  [200_000_000, 20 * 120_000],
])('gives a file of %d bytes %d milliseconds', async (bytes, timeout) => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-upload-'));
  const file = join(folder, 'requests.jsonl');
  await writeFile(file, '');
  await truncate(file, bytes);
  const client = {
    timeout: 120_000,
    withOptions: (options: { timeout: number }) => ({ ...client, ...options }),
  };
  expect((await uploadClient(client, file)).timeout).toBe(timeout);
});

const CONTENT = '{"custom_id":"a"}\n{"custom_id":"ä"}\n';

/** Uploads a file with each vendor's SDK. */
const uploads = {
  async openai(baseURL: string, timeout: number) {
    const client = new OpenAI({ baseURL, apiKey: 'x', maxRetries: 0, ...fetchFor(timeout) });
    const file = await toFile(Buffer.from(CONTENT), 'requests.jsonl');
    return client.files.create({ file, purpose: 'batch' });
  },
  async anthropic(baseURL: string, timeout: number) {
    const client = new Anthropic({ baseURL, apiKey: 'x', maxRetries: 0, ...fetchFor(timeout) });
    const file = await toFile(Buffer.from(CONTENT), 'requests.jsonl');
    return client.files.upload({ file });
  },
};

describe.each(Object.entries(uploads))('a file goes up with the SDK of %s', (_vendor, upload) => {
  afterEach(() => vi.unstubAllEnvs());

  it.each([
    ['within the limit of the fetch of Node', 120_000, false],
    ['beyond it, as files of more than 20 MB do', 400_000, false],
    ['through a proxy', 120_000, true],
  ])('%s', async (_way, timeout, isFar) => {
    const forms: FormData[] = [];
    const server = await startServer(({ body, headers }) => {
      expect(Number(headers['content-length'])).toBeGreaterThan(CONTENT.length);
      if (body instanceof FormData) forms.push(body);
      return { status: 200, body: { id: 'file-1' } };
    });
    const tunnel = await startTunnel(server.url);
    for (const name of ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'NO_PROXY', 'no_proxy'])
      vi.stubEnv(name, undefined);
    if (isFar) vi.stubEnv('HTTP_PROXY', `http://${tunnel.address}`);
    const { id } = await upload(isFar ? 'http://far.test/v1' : `${server.url}/v1`, timeout);
    tunnel.close();
    await server.close();
    expect(id).toBe('file-1');
    const file = forms[0]?.get('file');
    expect(file).toBeInstanceOf(File);
    expect(await (file as File).text()).toBe(CONTENT);
    expect((file as File).name).toBe('requests.jsonl');
  });
});
