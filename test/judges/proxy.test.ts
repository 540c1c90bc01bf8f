import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createOpenaiJudge } from '../../src/judges/openai.ts';
import { environmentProxy } from '../../src/judges/proxy.ts';
import { picture } from '../images/pictures.ts';
import { type OpenaiServer, startOpenaiServer } from '../servers/openai.ts';
import { startTunnel, type Tunnel } from '../servers/tunnel.ts';
import { judgeOptions } from './options.ts';
import { judgeImage, qualityQuestion } from './questions.ts';

const question = qualityQuestion([judgeImage('query', picture(40, 30))]);
/** A name that only the proxy knows: it stands for the local server. */
const FAR = 'far.test';

const NAMES = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'NO_PROXY'];

let proxies: Tunnel[] = [];
let server: OpenaiServer;
beforeEach(async () => {
  for (const name of NAMES) {
    vi.stubEnv(name, undefined);
    vi.stubEnv(name.toLowerCase(), undefined);
  }
  server = await startOpenaiServer();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
  for (const proxy of proxies) proxy.close();
  proxies = [];
});

async function startProxy(refusal?: string): Promise<Tunnel> {
  const proxy = await startTunnel(server.url, refusal);
  proxies.push(proxy);
  return proxy;
}

const ask = (baseUrl: string, options: object = {}) =>
  createOpenaiJudge('m', judgeOptions({ baseUrl, maxRetries: 0, ...options })).ask(question, {});

describe('the proxy that the environment names', () => {
  it.each(['HTTP_PROXY', 'http_proxy', 'ALL_PROXY'])('in %s is the way out', async (name) => {
    const { asked, address } = await startProxy();
    vi.stubEnv(name, `http://${address}`);
    expect(await ask(`http://${FAR}/v1`)).toMatchObject({ source: 'logprobs' });
    expect(await ask(`http://${FAR}/v1`, { timeoutMs: 400_000 })).toMatchObject({
      source: 'logprobs',
    });
    expect(new Set(asked.map(({ target }) => target))).toEqual(new Set([`${FAR}:80`]));
  });

  it('may be written without a scheme, and its user and password go to it alone', async () => {
    const { asked, address } = await startProxy();
    vi.stubEnv('HTTP_PROXY', `jane:s3cret%21pass@${address}`);
    await ask(`http://${FAR}/v1`);
    const sent = Buffer.from('jane:s3cret!pass').toString('base64');
    expect(asked[0]?.authorization).toBe(`Basic ${sent}`);
    expect(JSON.stringify(server.requests.map(({ headers }) => headers))).not.toContain(sent);
  });

  it('of HTTPS_PROXY is asked for an endpoint with TLS, and its refusal is told', async () => {
    const { asked, address } = await startProxy('407 Proxy Authentication Required');
    vi.stubEnv('HTTPS_PROXY', `http://jane:s3cret!pass@${address}`);
    const error = await ask(`https://${FAR}/v1`).catch((cause: Error) => cause);
    expect(asked[0]?.target).toBe(`${FAR}:443`);
    expect(String(error)).toMatch(/cannot be reached \(.*407.*\).*HTTPS_PROXY/);
    expect(String(error)).not.toContain('s3cret');
  });

  it.each([FAR, `.test`, '*', `other.test ${FAR}`])(
    'is not asked under NO_PROXY=%s',
    async (except) => {
      const { asked, address } = await startProxy();
      vi.stubEnv('HTTP_PROXY', `http://${address}`);
      vi.stubEnv('NO_PROXY', except);
      await expect(ask(`http://${FAR}/v1`)).rejects.toThrow(/cannot be reached/);
      expect(asked).toEqual([]);
    },
  );

  it('is not asked for this machine', async () => {
    const { asked, address } = await startProxy();
    vi.stubEnv('HTTP_PROXY', `http://${address}`);
    expect(await ask(server.baseUrl)).toMatchObject({ source: 'logprobs' });
    expect(await ask(server.baseUrl.replace('127.0.0.1', 'localhost'))).toBeDefined();
    expect(asked).toEqual([]);
  });

  it.each(['not an address', 'ftp://proxy:1', 'http://jane:s3cret@'])(
    'is named where it is none: %s',
    (address) => {
      expect(() => environmentProxy({ https_proxy: address })).toThrow(
        /^the environment variable https_proxy holds no address of a proxy; write http:\/\/host:port, or unset it$/,
      );
    },
  );

  it('is none where no variable says so', () => {
    expect(environmentProxy({ HTTPS_PROXY: ' ', NO_PROXY: 'x' })).toBeUndefined();
  });
});
