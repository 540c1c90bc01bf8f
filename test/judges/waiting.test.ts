import { afterEach, describe, expect, it, vi } from 'vitest';
import { createAnthropicJudge } from '../../src/judges/anthropic.ts';
import { createGoogleJudge } from '../../src/judges/google.ts';
import type { Judge } from '../../src/judges/judge.ts';
import { createOpenaiJudge } from '../../src/judges/openai.ts';
import { retryAfterMs } from '../../src/judges/retry-after.ts';
import { picture } from '../images/pictures.ts';
import { startAnthropicServer } from '../servers/anthropic.ts';
import { startGoogleServer } from '../servers/google.ts';
import { startOpenaiServer } from '../servers/openai.ts';
import { type LocalServer, type ServerReply, startServer } from '../servers/server.ts';
import { judgeOptions } from './options.ts';
import { judgeImage, qualityQuestion } from './questions.ts';

const question = qualityQuestion([judgeImage('query', picture(40, 30))]);

let server: LocalServer | undefined;
let lines: string[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  await server?.close();
});

function listen(): void {
  lines = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    lines.push(String(text));
    return true;
  });
}

/** A judge of each SDK, whose server answers as `reply` says, and rightly where that says nothing. */
const PROTOCOLS: Record<
  string,
  (
    reply: (index: number) => ServerReply | undefined,
    options: object,
  ) => Promise<{ judge: Judge; server: LocalServer }>
> = {
  openai: async (reply, options) => {
    const started = await startOpenaiServer({ reply: (_, index) => reply(index) });
    const { baseUrl } = started;
    return {
      judge: createOpenaiJudge('m', judgeOptions({ ...options, baseUrl })),
      server: started,
    };
  },
  google: async (reply, options) => {
    const started = await startGoogleServer({ reply: (_, index) => reply(index) });
    const made = judgeOptions({ ...options, baseUrl: started.url, samples: 1 });
    return { judge: createGoogleJudge('m', made), server: started };
  },
  anthropic: async (reply, options) => {
    // In front of a right one, which has no way to replace replies.
    const right = await startAnthropicServer();
    const started = await startServer(async ({ path, body }, index): Promise<ServerReply> => {
      const replaced = reply(index);
      if (replaced) return replaced;
      const answer = await fetch(`${right.url}${path}`, {
        method: 'POST',
        headers: { 'anthropic-version': '2023-06-01', 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return { status: answer.status, body: await answer.json() };
    });
    return {
      judge: createAnthropicJudge(
        'm',
        judgeOptions({ ...options, baseUrl: started.url, samples: 1 }),
      ),
      server: {
        ...started,
        close: async () => {
          await started.close();
          await right.close();
        },
      },
    };
  },
};

const limited = (retryAfter: string): ServerReply => ({
  status: 429,
  headers: { 'retry-after': retryAfter },
  body: { error: { message: 'Slow down', type: 'rate_limit_error' } },
});

describe.each(Object.entries(PROTOCOLS))('a wait that the endpoint asks %s for', (_, start) => {
  it('is waited for and told in one line', async () => {
    listen();
    const started = await start((index) => (index === 0 ? limited('1') : undefined), {});
    server = started.server;
    const startMs = performance.now();
    await started.judge.ask(question, {});
    expect(performance.now() - startMs).toBeGreaterThan(950);
    expect(lines).toEqual([
      expect.stringMatching(/^judge \w+:m: HTTP 429, it asks to wait 1 s; waits\n$/),
    ]);
  });

  it('is cut to maxRetryAfterS where it is longer, and what works then counts', async () => {
    listen();
    const options = { maxRetryAfterS: 0.5 };
    const started = await start((index) => (index === 0 ? limited('3600') : undefined), options);
    server = started.server;
    const startMs = performance.now();
    await started.judge.ask(question, {});
    expect(performance.now() - startMs).toBeLessThan(10_000);
    expect(lines).toEqual([
      expect.stringMatching(
        /: HTTP 429, it asks to wait 3600 s; waits 1 s \(judgeOptions\.maxRetryAfterS\)\n$/,
      ),
    ]);
  });

  it.each(['3600, 3600', '3600s', '3600 seconds', '36e2', 'PT1H', '1h 5m', 'in 3600 s'])(
    'is never slept by the SDK for as long as it reads in "%s"',
    async (retryAfter) => {
      listen();
      const started = await start((index) => (index === 0 ? limited(retryAfter) : undefined), {
        maxRetryAfterS: 0.2,
      });
      server = started.server;
      const startMs = performance.now();
      await started.judge.ask(question, {});
      expect(performance.now() - startMs).toBeLessThan(10_000);
    },
  );

  it('is read where the endpoint alone says that a try is worth it', async () => {
    listen();
    const refused: ServerReply = {
      status: 418,
      headers: { 'retry-after': '3600', 'x-should-retry': 'true' },
      body: { error: { message: 'Not now' } },
    };
    const started = await start((index) => (index === 0 ? refused : undefined), {
      maxRetryAfterS: 0.2,
    });
    server = started.server;
    const startMs = performance.now();
    await started.judge.ask(question, {}).catch(() => {});
    expect(performance.now() - startMs).toBeLessThan(10_000);
  });

  it('is no longer waited for when it is asked for again: then nothing is asked', async () => {
    listen();
    const options = { maxRetryAfterS: 0.2, maxRetries: 4 };
    const started = await start(() => limited('3600'), options);
    server = started.server;
    const startMs = performance.now();
    const reason =
      /HTTP 429: Slow down; it asks to wait 3600 s, longer than judgeOptions\.maxRetryAfterS 0\.2, .*nothing is asked of it until \d{4}-/;
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => started.judge.ask(question, {})));
    expect(outcomes.map(({ status }) => status)).toEqual(Array(3).fill('rejected'));
    const asked = started.server.requests.length;
    expect(asked).toBeLessThanOrEqual(6);
    await expect(started.judge.ask(question, {})).rejects.toThrow(reason);
    expect(started.server.requests).toHaveLength(asked);
    expect(performance.now() - startMs).toBeLessThan(10_000);
  });
});

describe.each(Object.entries(PROTOCOLS))(
  'a server that loads its model, asked by %s',
  (_, start) => {
    const loading: ServerReply = {
      status: 503,
      body: { error: { code: 503, message: 'Loading model', type: 'unavailable_error' } },
    };

    it('is waited for, with a line that says so, longer than tries would take', {
      timeout: 30_000,
    }, async () => {
      listen();
      const started = await start((index) => (index < 2 ? loading : undefined), { maxRetries: 0 });
      server = started.server;
      await started.judge.ask(question, {});
      expect(started.server.requests).toHaveLength(3);
      expect(lines[0]).toMatch(
        /^judge \w+:m: the server is loading its model; waits up to 600 s \(judgeOptions\.maxLoadingS\)\n$/,
      );
      expect(lines).toHaveLength(1);
    });

    it('is given up after maxLoadingS', async () => {
      listen();
      const started = await start(() => loading, { maxLoadingS: 0.3 });
      server = started.server;
      await expect(started.judge.ask(question, {})).rejects.toThrow(
        'still loading its model after 0.3 s (judgeOptions.maxLoadingS), nothing more is asked of it in this run',
      );
      expect(started.server.requests).toHaveLength(2);
    });
  },
);

describe('a server that is not there', () => {
  async function refusing(): Promise<string> {
    const gone = await startOpenaiServer();
    await gone.close();
    return gone.baseUrl;
  }

  it('is found out once: after a few questions and one look nothing more is tried', async () => {
    const baseUrl = await refusing();
    const judge = createOpenaiJudge('m', judgeOptions({ baseUrl, maxRetries: 0 }));
    const ask = () => judge.ask(question, {}).catch((error: Error) => error.message);
    const early = await Promise.all([ask(), ask(), ask()]);
    for (const message of early) {
      expect(message).toMatch(/cannot be reached \(connect ECONNREFUSED 127\.0\.0\.1:\d+\)/);
      expect(message).not.toContain('nothing more is asked');
    }
    const late = await Promise.all(Array.from({ length: 20 }, ask));
    expect(new Set(late).size).toBe(1);
    expect(late[0]).toMatch(/nothing more is asked of this judge in this run$/);
  });

  it('that has answered before is asked again each time', async () => {
    const started = await startOpenaiServer();
    const options = judgeOptions({ baseUrl: started.baseUrl, maxRetries: 0 });
    const judge = createOpenaiJudge('m', options);
    await judge.ask(question, {});
    await started.close();
    const ask = () => judge.ask(question, {}).catch((error: Error) => error.message);
    for (let count = 0; count < 6; count++) {
      expect(await ask()).not.toContain('nothing more is asked');
    }
  });

  it('that comes up before the look is used', async () => {
    const baseUrl = await refusing();
    const judge = createOpenaiJudge('m', judgeOptions({ baseUrl, maxRetries: 0 }));
    for (let count = 0; count < 3; count++) await judge.ask(question, {}).catch(() => {});
    const port = Number(new URL(baseUrl).port);
    server = await startOpenaiServer({ port });
    expect(await judge.ask(question, {})).toMatchObject({ source: 'logprobs' });
  });
});

describe('Retry-After', () => {
  const nowMs = Date.parse('2026-11-01T00:00:00Z');
  it.each([
    [{ 'retry-after': '20' }, 20_000],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after': 'Sun, 01 Nov 2026 00:01:00 GMT' }, 60_000],
    [{ 'retry-after': 'Sat, 31 Oct 2026 00:01:00 GMT' }, undefined],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '20s' }, 20_000],
    [{ 'retry-after': '20 seconds' }, 20_000],
    [{ 'retry-after': '500ms' }, 500],
    [{ 'retry-after': '2 min' }, 120_000],
    [{ 'retry-after': '1h' }, 3_600_000],
    [{ 'retry-after': '20, 30' }, 30_000],
    // 30 s after, in seconds since 1970.
    [{ 'retry-after': '1793491230' }, 30_000],
    [{ 'retry-after': '-20' }, undefined],
    [{ 'retry-after': '1m30s' }, undefined],
    [{ 'retry-after-ms': '1500', 'retry-after': '2' }, 1500],
    [{}, undefined],
  ])('%j is %s ms', (headers, ms) => {
    expect(retryAfterMs(new Headers(headers as Record<string, string>), nowMs)).toBe(ms);
  });
});
