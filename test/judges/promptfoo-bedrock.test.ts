import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPromptfooJudge } from '../../src/judges/promptfoo.ts';
import { picture } from '../images/pictures.ts';
import { type LocalServer, startServer } from '../servers/server.ts';
import { judgeOptions } from './options.ts';
import { judgeImage, qualityQuestion } from './questions.ts';

const conditional = judgeImage('conditional', picture(30, 40));
const query = judgeImage('query', picture(40, 30));
const question = { ...qualityQuestion([conditional, query]), system: 'You are an expert.' };

const WORDS = ['Good or poor?', 'Answer with one of these words and nothing else: good, poor.'];

/** What Bedrock's runtime answers, by the interface and the model that its path names. */
function reply(path: string): object {
  if (path.includes('anthropic') && path.endsWith('/invoke')) {
    return {
      content: [{ type: 'text', text: 'good' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 900, output_tokens: 1 },
    };
  }
  return {
    output: { message: { role: 'assistant', content: [{ text: 'good' }] } },
    stopReason: 'end_turn',
    usage: { inputTokens: 900, outputTokens: 1, totalTokens: 901 },
  };
}

let folder: string;
let server: LocalServer;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-bedrock-'));
  vi.stubEnv('PROMPTFOO_CONFIG_DIR', folder);
  server = await startServer(({ path }) => ({ status: 200, body: reply(path) }));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
  await rm(folder, { recursive: true });
});

const CLAUDE = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const NOVA = 'us.amazon.nova-pro-v1:0';

/** Forms of a picture in a message to Bedrock. */
const claudePicture = (data: string) => ({
  type: 'image',
  source: { type: 'base64', media_type: 'image/png', data },
});
const ownPicture = (bytes: string) => ({ image: { format: 'png', source: { bytes } } });

describe('the provider of promptfoo for Bedrock', () => {
  it.each([
    {
      id: `bedrock:${CLAUDE}`,
      path: `/model/${encodeURIComponent(CLAUDE)}/invoke`,
      shown: claudePicture,
      text: (text: string) => ({ type: 'text', text }),
      rest: { temperature: 1, max_tokens: 32, system: 'You are an expert.' },
    },
    {
      id: `bedrock:${NOVA}`,
      path: `/model/${encodeURIComponent(NOVA)}/invoke`,
      shown: ownPicture,
      text: (text: string) => ({ text }),
      rest: {
        inferenceConfig: { temperature: 1, max_new_tokens: 32 },
        system: [{ text: 'You are an expert.' }],
      },
    },
    {
      id: `bedrock:converse:${CLAUDE}`,
      path: `/model/${encodeURIComponent(CLAUDE)}/converse`,
      shown: ownPicture,
      text: (text: string) => ({ text }),
      rest: {
        inferenceConfig: { temperature: 1, maxTokens: 32 },
        system: [{ text: 'You are an expert.' }],
      },
    },
    {
      id: `bedrock:converse:${NOVA}`,
      path: `/model/${encodeURIComponent(NOVA)}/converse`,
      shown: ownPicture,
      text: (text: string) => ({ text }),
      rest: {
        inferenceConfig: { temperature: 1, maxTokens: 32 },
        system: [{ text: 'You are an expert.' }],
      },
    },
  ])(
    '$id gets both pictures in order, and draws from the model’s own distribution',
    async ({ id, path, shown, text, rest }) => {
      const judge = createPromptfooJudge(
        id,
        judgeOptions({
          samples: 2,
          maxTokens: 32,
          capabilities: { temperature: true },
          request: {
            ...{ region: 'us-east-1', endpoint: server.url },
            ...{ accessKeyId: 'a key for the test', secretAccessKey: 'a secret for the test' },
          },
        }),
        folder,
      );
      expect(await judge.ask(question, {})).toMatchObject({
        probabilities: [1, 0],
        samples: 2,
        usage: { inputTokens: 1800, outputTokens: 2 },
      });
      expect(server.requests.map((request) => request.path)).toEqual([path, path]);
      const pictures = await Promise.all(
        question.images.map(async (image) =>
          Buffer.from((await image.encoded()).bytes).toString('base64'),
        ),
      );
      for (const { body } of server.requests) {
        expect(body).toMatchObject({
          messages: [
            { role: 'user', content: [...pictures.map((data) => shown(data)), ...WORDS.map(text)] },
          ],
          ...rest,
        });
      }
    },
  );
});
