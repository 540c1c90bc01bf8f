import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { loadPromptfooProvider } from '../../src/harness/load-provider.ts';
import { vendorReply } from '../../src/harness/provider-response.ts';
import { type OpenaiServer, startOpenaiServer } from '../servers/openai.ts';

let folder: string;
let server: OpenaiServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-passed-'));
  vi.stubEnv('PROMPTFOO_CONFIG_DIR', folder);
  server = await startOpenaiServer();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.close();
  await rm(folder, { recursive: true });
});

const TEXT = JSON.stringify([{ role: 'user', content: [{ type: 'text', text: 'Good or poor?' }] }]);

async function answerOf(id: string, passthrough: object) {
  const config = { apiBaseUrl: server.baseUrl, apiKey: 'a key for the test', passthrough };
  const provider = await loadPromptfooProvider(id, config, folder);
  return provider.callApi(TEXT, { vars: {}, prompt: { raw: TEXT, label: id }, bustCache: true });
}

const TOKENS = { logprobs: true, top_logprobs: 5 };

it.each(['openai:chat:gpt-4.1', 'openai:gpt-4.1', 'togetherai:a/b'])(
  '%s passes on all choices with their likeliest tokens where there are several, and none else',
  async (id) => {
    const several = await answerOf(id, { ...TOKENS, n: 2 });
    expect(vendorReply(several)).toMatchObject({
      choices: [
        {
          message: { content: several.output },
          logprobs: { content: [{ top_logprobs: expect.arrayContaining([expect.anything()]) }] },
        },
      ],
    });
    const one = await answerOf(id, TOKENS);
    expect(vendorReply(one)).toBeUndefined();
    // Of the chosen tokens alone, without their names.
    expect(one.logProbs).toEqual([expect.any(Number)]);
  },
);

it('openai:responses passes on the whole answer', async () => {
  const answer = await answerOf('openai:responses:gpt-4.1', {
    include: ['message.output_text.logprobs'],
    top_logprobs: 5,
  });
  expect(vendorReply(answer)).toMatchObject({
    output: [
      { type: 'reasoning' },
      { type: 'message', content: [{ text: answer.output, logprobs: [expect.anything()] }] },
    ],
  });
});

it('what a provider passes on as JSON is read, and nothing is made of what is none', () => {
  expect(vendorReply({ output: 'good', raw: '{"choices":[]}' })).toEqual({ choices: [] });
  expect(vendorReply({ output: 'good', raw: 'good' })).toBeUndefined();
  expect(vendorReply({ output: 'good', metadata: { choices: [] } })).toBeUndefined();
  expect(vendorReply('good')).toBeUndefined();
});
