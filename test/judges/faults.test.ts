import { afterEach, describe, expect, it } from 'vitest';
import { createAnthropicJudge } from '../../src/judges/anthropic.ts';
import { createGoogleJudge } from '../../src/judges/google.ts';
import type { Judge } from '../../src/judges/judge.ts';
import { createOpenaiJudge } from '../../src/judges/openai.ts';
import { picture } from '../images/pictures.ts';
import { startAnthropicServer } from '../servers/anthropic.ts';
import { FAULTS, type Fault, RETRIED } from '../servers/faults.ts';
import { startGoogleServer } from '../servers/google.ts';
import { startOpenaiServer } from '../servers/openai.ts';
import type { LocalServer } from '../servers/server.ts';
import { judgeOptions } from './options.ts';
import { judgeImage, qualityQuestion } from './questions.ts';

const question = qualityQuestion([judgeImage('query', picture(40, 30))]);
/** Only what hangs is to run into it, on a busy machine too. */
const TIMEOUT_MS = 2000;
const OPTIONS = { timeoutMs: TIMEOUT_MS, maxRetries: 1 };

type Faults = (index: number) => Fault | undefined;

/** Each protocol with its server: one request a question, so that faults hit whole answers. */
const PROTOCOLS: Record<string, (fault: Faults) => Promise<{ judge: Judge; server: LocalServer }>> =
  {
    'openai, token probabilities': async (fault) => {
      const server = await startOpenaiServer({ fault });
      const options = judgeOptions({ ...OPTIONS, baseUrl: server.baseUrl });
      return { judge: createOpenaiJudge('m', options), server };
    },
    'openai, samples': async (fault) => {
      const server = await startOpenaiServer({ fault });
      const options = judgeOptions({
        ...OPTIONS,
        baseUrl: server.baseUrl,
        probabilities: 'samples',
      });
      return { judge: createOpenaiJudge('m', options), server };
    },
    'openai by Responses, token probabilities': async (fault) => {
      const server = await startOpenaiServer({ fault });
      const options = judgeOptions({ ...OPTIONS, baseUrl: server.baseUrl, api: 'responses' });
      return { judge: createOpenaiJudge('m', options), server };
    },
    'openai by Responses, samples': async (fault) => {
      const server = await startOpenaiServer({ fault });
      const sampled = { probabilities: 'samples', samples: 1 };
      const options = judgeOptions({
        ...{ ...OPTIONS, ...sampled },
        ...{ baseUrl: server.baseUrl, api: 'responses' },
      });
      return { judge: createOpenaiJudge('m', options), server };
    },
    anthropic: async (fault) => {
      const server = await startAnthropicServer({ fault });
      const options = judgeOptions({ ...OPTIONS, baseUrl: server.url, samples: 1 });
      return { judge: createAnthropicJudge('m', options), server };
    },
    'google, token probabilities': async (fault) => {
      const server = await startGoogleServer({ fault });
      const options = judgeOptions({ ...OPTIONS, baseUrl: server.url });
      return { judge: createGoogleJudge('m', options), server };
    },
    'google, samples': async (fault) => {
      const server = await startGoogleServer({ fault });
      const options = judgeOptions({
        ...OPTIONS,
        baseUrl: server.url,
        probabilities: 'samples',
        samples: 1,
      });
      return { judge: createGoogleJudge('m', options), server };
    },
  };

/** What an error must say: the cause, and what to do. */
const EXPLAINED: Partial<Record<Fault, RegExp>> = {
  'rate limit': /HTTP 429: Rate limit reached.*lower judgeOptions\.maxConcurrency or raise/,
  'rate limit with Retry-After': /HTTP 429: Rate limit reached.*lower judgeOptions\.maxConcurrency/,
  'error 500': /HTTP 500: Internal server error, tried 2 times; run it again later/,
  'error 503': /HTTP 503: The engine is currently overloaded, tried 2 times; run it again later/,
  'error 529': /HTTP 529: Overloaded, tried 2 times; run it again later/,
  'connection reset':
    /127\.0\.0\.1.* cannot be reached \(.+\), tried 2 times; see that the server runs/,
  hang: /no reply within 2000 ms, tried 2 times; raise judgeOptions\.timeoutMs/,
  'truncated JSON': /the reply cannot be read \(.*JSON.*\); run it again/,
  'empty list':
    /the reply cannot be read \(its list of (choices|contents|candidates|outputs) is empty\)/,
  'no token probabilities': /set judgeOptions\.probabilities: samples/,
  'wrong type':
    /the reply cannot be read \((choices\.0\.message\.content|candidates\.0\.content|content|content\.0\.text): .*(7|good)/,
  refusal:
    /refused: (I('m sorry, I can't| will not) rate this person|finishReason SAFETY \(HARM_CATEGORY_HARASSMENT\))/,
  'content filter':
    /refused: (finish_reason content_filter|the response is incomplete \(content_filter\)|stop_reason refusal|promptFeedback\.blockReason PROHIBITED_CONTENT)/,
  'image too large': /HTTP 400: .*image.*; lower image\.maxPixels/i,
  'another language': /"Gut"/,
  'wrong key': /HTTP 40[01]: .*judgeOptions\.apiKeyEnv; nothing more is asked of this judge/,
  'unknown model': /HTTP 404: .*mend the model's name/,
};

let server: LocalServer | undefined;
afterEach(async () => {
  await server?.close();
});

async function setUp(protocol: string, fault: Faults): Promise<Judge> {
  const made = await PROTOCOLS[protocol]?.(fault);
  if (!made) throw new Error(`no protocol ${protocol}`);
  server = made.server;
  return made.judge;
}

/** Faults that a protocol cannot show. */
const isPossible = (protocol: string, fault: Fault) =>
  fault !== 'no token probabilities' || protocol.endsWith('token probabilities');

const all = Object.keys(PROTOCOLS).flatMap((protocol) =>
  FAULTS.filter((fault) => isPossible(protocol, fault)).map((fault) => [protocol, fault] as const),
);

describe('a fault of the vendor', () => {
  it.each(all.filter(([, fault]) => RETRIED.includes(fault)))(
    '%s: %s, once, is retried and the question answered',
    async (protocol, fault) => {
      const judge = await setUp(protocol, (index) => (index === 0 ? fault : undefined));
      const { probabilities = [] } = await judge.ask(question, {});
      expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
      expect(server?.requests).toHaveLength(2);
    },
  );

  it.concurrent.each(all)(
    '%s: %s, always, is an error that says what to do, and never a number',
    async (protocol, fault) => {
      const { judge, server } = (await PROTOCOLS[protocol]?.(() => fault)) ?? {};
      try {
        await expect(judge?.ask(question, {})).rejects.toThrow(EXPLAINED[fault]);
        await expect(judge?.ask(question, {})).rejects.toThrow(
          /^judge (openai|anthropic|google):m: [^\n]+$/,
        );
      } finally {
        await server?.close();
      }
    },
  );

  it.each(
    Object.keys(PROTOCOLS).flatMap(
      (protocol) =>
        [
          [protocol, 'wrong key'],
          [protocol, 'unknown model'],
        ] as const,
    ),
  )('%s: after %s nothing more is asked, with the same message', async (protocol, fault) => {
    const judge = await setUp(protocol, () => fault);
    const message = await judge.ask(question, {}).catch((error: Error) => error.message);
    const later = await Promise.allSettled([1, 2, 3].map(() => judge.ask(question, {})));
    expect(later.map((each) => each.status === 'rejected' && each.reason.message)).toEqual([
      message,
      message,
      message,
    ]);
    expect(server?.requests).toHaveLength(1);
  });

  it('of one judge leaves another alone', async () => {
    const slow = await PROTOCOLS.anthropic?.(() => 'rate limit');
    const quick = await setUp('openai, token probabilities', () => undefined);
    const failing = Promise.allSettled(
      Array.from({ length: 20 }, () => slow?.judge.ask(question, {})),
    );
    let hasFailed = false;
    failing.then(() => {
      hasFailed = true;
    });
    await Promise.all(Array.from({ length: 50 }, () => quick.ask(question, {})));
    expect(hasFailed).toBe(false);
    await failing;
    await slow?.server.close();
  });

  it('is told apart from the row being given up', async () => {
    const judge = await setUp('openai, token probabilities', () => 'hang');
    const controller = new AbortController();
    const asked = judge.ask(question, { signal: controller.signal });
    setTimeout(() => controller.abort(new Error('given up')), 50);
    await expect(asked).rejects.toThrow('given up');
  });
});
