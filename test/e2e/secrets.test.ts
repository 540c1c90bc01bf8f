import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ReceivedRequest } from '../servers/server.ts';
import { startServer } from '../servers/server.ts';
import { createProject, projectConfig, writeDataset } from './promptfoo.ts';

const CANARY = 'sk-canary-5f2c9a71d3e84b60';
/** What a vendor may make of it. */
const SPELLINGS = [
  CANARY,
  CANARY.toUpperCase(),
  Buffer.from(CANARY).toString('base64').replaceAll('=', ''),
  Buffer.from(`:${CANARY}`).toString('base64').replaceAll('=', ''),
];
const TEN_MINUTES_MS = 600_000;

afterEach(() => {
  vi.unstubAllEnvs();
});

const keyOf = ({ headers }: ReceivedRequest) => headers.authorization?.replace(/^Bearer /, '');

/** Every second reply refuses the key and repeats it; the others have it in the model's name. */
function talkative(request: ReceivedRequest, index: number) {
  const key = keyOf(request);
  if (index % 2) {
    // At every length, so that the place where long texts are cut lies within a key.
    const before = 'x'.repeat(240 + 4 * index);
    const message = `Request with key ${key} refused ${before} ${SPELLINGS.join(' ')}`;
    return { status: 400, body: { error: { message, type: 'invalid_request_error', code: null } } };
  }
  const top_logprobs = ['good', 'poor'].map((token, rank) => ({
    token,
    bytes: null,
    logprob: Math.log(rank ? 0.3 : 0.7),
  }));
  const content = [{ token: 'good', bytes: null, logprob: Math.log(0.7), top_logprobs }];
  return {
    status: 200,
    body: {
      id: 'x',
      object: 'chat.completion',
      created: 0,
      model: `proxy-for-${key}`,
      choices: [
        {
          index: 0,
          finish_reason: 'stop',
          message: { role: 'assistant', content: 'good', refusal: null },
          logprobs: { content, refusal: null },
        },
      ],
      usage: { prompt_tokens: 900, completion_tokens: 1, total_tokens: 901 },
    },
  };
}

/** Files under a folder that hold the key, whatever their format. */
async function filesWithKey(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const found = await Promise.all(
    files.map(async ({ parentPath, name }) => {
      const bytes = await readFile(join(parentPath, name));
      return SPELLINGS.some((spelling) => bytes.includes(spelling.slice(0, 16)))
        ? [join(parentPath, name)]
        : [];
    }),
  );
  return found.flat();
}

describe('a key', () => {
  it(
    'is in no output, metadata, log, error or store, though the vendor repeats it',
    async () => {
      vi.stubEnv('CANARY_API_KEY', `${CANARY} \r\n`);
      const server = await startServer(talkative);
      const project = await createProject(
        projectConfig({
          datasets: ['photographs'],
          provider: {
            judge: 'openai:test',
            judgeOptions: { baseUrl: `${server.url}/v1`, apiKeyEnv: 'CANARY_API_KEY' },
          },
          prompts: ['two-level'],
        }),
      );
      try {
        await writeDataset(project, 'photographs', 6);
        const run = await project.evaluate('--verbose', '-o', 'out.json', '-o', 'out.html');
        expect(server.requests).toHaveLength(6);
        expect(server.requests.every((request) => keyOf(request) === CANARY)).toBe(true);
        const text = await readFile(join(project.folder, 'out.json'), 'utf8');
        expect(text).toContain('Request with key [CANARY_API_KEY] refused');
        expect(text).toContain('proxy-for-[CANARY_API_KEY]');
        for (const spelling of SPELLINGS) expect(run.log).not.toContain(spelling.slice(0, 16));
        expect(await filesWithKey(project.folder)).toEqual([]);
        expect(await readdir(join(project.folder, '.promptfoo', 'iqa'))).toContain(
          'answers.sqlite',
        );
      } finally {
        await server.close();
        await project.remove();
      }
    },
    TEN_MINUTES_MS,
  );
});
