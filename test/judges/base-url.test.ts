import { describe, expect, it } from 'vitest';
import { createAnthropicJudge } from '../../src/judges/anthropic.ts';
import { readBaseUrl } from '../../src/judges/base-url.ts';
import { createOpenaiJudge } from '../../src/judges/openai.ts';
import { picture } from '../images/pictures.ts';
import { startAnthropicServer } from '../servers/anthropic.ts';
import { startOpenaiServer } from '../servers/openai.ts';
import { judgeOptions } from './options.ts';
import { judgeImage, qualityQuestion } from './questions.ts';

const question = qualityQuestion([judgeImage('query', picture(40, 30))]);

describe('an address', () => {
  it.each([
    ['http://h:8000/v1', 'http://h:8000/v1'],
    ['http://h:8000/v1/', 'http://h:8000/v1'],
    ['http://h:8000//v1//', 'http://h:8000/v1'],
    [' http://h:8000/v1\n', 'http://h:8000/v1'],
    ['http://h:8000/v1/chat/completions', 'http://h:8000/v1'],
    ['http://h:8000/v1/chat/completions/', 'http://h:8000/v1'],
    ['https://h/v1/messages', 'https://h/v1'],
    ['https://h/openai/v1', 'https://h/openai/v1'],
    ['https://h/v1beta/openai/', 'https://h/v1beta/openai'],
    ['http://h:8000', 'http://h:8000'],
    ['http://h:8000/', 'http://h:8000'],
    ['http://[::1]:8000/v1/', 'http://[::1]:8000/v1'],
  ])('%j is %s', (text, baseUrl) => {
    expect(readBaseUrl(text)).toEqual({ baseUrl });
  });

  it.each([
    ['', /^must be an http or https address$/],
    ['127.0.0.1:8000/v1', /; write http:\/\/127\.0\.0\.1:8000\/v1$/],
    ['localhost:8000/v1', /; write http:\/\/localhost:8000\/v1$/],
    ['api.example.org/v1', /; write https:\/\/api\.example\.org\/v1$/],
    ['ftp://h/v1', /^must be an http or https address$/],
    ['http://', /^must be an http or https address$/],
    ['http://user:secret@h/v1', /^must hold no user, password or query/],
    ['https://h/v1?key=secret', /^must hold no user, password or query/],
    ['https://h/v1#secret', /^must hold no user, password or query/],
  ])('%j is none', (text, problem) => {
    expect(readBaseUrl(text)).toEqual({ problem: expect.stringMatching(problem) });
  });
});

describe('a judge', () => {
  it.each(['', '/', '/v1/', '//v1', '/v1/chat/completions'])(
    'of Chat Completions is reached at the same path with %j',
    async (path) => {
      const server = await startOpenaiServer();
      try {
        const baseUrl = `${server.url}${path}`;
        const judge = createOpenaiJudge('m', judgeOptions({ baseUrl }));
        if (path.length > 1) {
          expect(await judge.ask(question, {})).toMatchObject({ source: 'logprobs' });
        } else {
          await expect(judge.ask(question, {})).rejects.toThrow(
            `the address ${server.url}, from judgeOptions.baseUrl or OPENAI_BASE_URL, has no path; most servers want ${server.url}/v1`,
          );
        }
      } finally {
        await server.close();
      }
    },
  );

  it.each(['', '/', '/v1', '/v1/messages'])('of Messages with %j', async (path) => {
    const server = await startAnthropicServer();
    try {
      const options = judgeOptions({ baseUrl: `${server.url}${path}`, samples: 1 });
      expect(await createAnthropicJudge('m', options).ask(question, {})).toMatchObject({
        source: 'samples',
      });
    } finally {
      await server.close();
    }
  });
});
