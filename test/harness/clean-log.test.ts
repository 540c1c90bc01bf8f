import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const KEY = 'sk-canary-0123456789';

/** As a process of its own: what a test writes, the test runner takes. */
const SCRIPT = `
import { loadPromptfooProvider } from './src/harness/load-provider.ts';
const config = { apiBaseUrl: process.env.ENDPOINT, apiKeyEnvar: 'CANARY_KEY' };
const provider = await loadPromptfooProvider('openai:chat:m', config, '.');
await provider.callApi('hello', { vars: {}, prompt: { raw: 'hello', label: 'x' } });
process.exit(0);
`;

it('what a provider of promptfoo’s writes on the terminal by itself holds no key', async () => {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(502, { 'content-type': 'text/html' });
      response.end(`<html><h1>Bad key ${KEY}</h1></html>`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const folder = await mkdtemp(join(tmpdir(), 'iqa-'));
  try {
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '-e', SCRIPT],
      {
        env: {
          ...process.env,
          CANARY_KEY: KEY,
          ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
          PROMPTFOO_CONFIG_DIR: folder,
          PROMPTFOO_DISABLE_TELEMETRY: '1',
          PROMPTFOO_DISABLE_UPDATE: '1',
        },
      },
    );
    // Where promptfoo writes no such line any more, nothing has to be cleaned.
    expect(stdout + stderr).toContain('Bad key [CANARY_KEY]');
    expect(stdout + stderr).not.toContain(KEY);
  } finally {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
}, 60_000);
