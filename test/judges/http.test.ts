import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { type Dispatcher, getGlobalDispatcher, ProxyAgent, setGlobalDispatcher } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fetchFor } from '../../src/judges/http.ts';
import { jsonBody } from '../../src/judges/json-body.ts';

const LONG_MS = 400_000;

let direct: Dispatcher;
let servers: Server[] = [];
beforeEach(() => {
  direct = getGlobalDispatcher();
});
afterEach(() => {
  setGlobalDispatcher(direct);
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  servers = [];
});

async function listen(server: Server): Promise<string> {
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A server that gives back what it gets. */
const echo = () =>
  listen(
    createServer(async (request, response) => {
      const pieces: Buffer[] = [];
      for await (const piece of request) pieces.push(piece);
      response.end(Buffer.concat(pieces));
    }),
  );

/** A proxy that lets everything through, or refuses it. */
async function proxy(refusal?: string): Promise<{ tunnels: number }> {
  const state = { tunnels: 0 };
  const server = createServer();
  server.on('connect', ({ url }: IncomingMessage, socket: Socket) => {
    if (refusal) return socket.end(`HTTP/1.1 ${refusal}\r\n\r\n`);
    state.tunnels += 1;
    const [host, port] = (url ?? '').split(':');
    const target = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      target.pipe(socket).pipe(target);
    });
    return target.on('error', () => socket.destroy());
  });
  setGlobalDispatcher(new ProxyAgent({ uri: await listen(server), proxyTunnel: true }));
  return state;
}

const body = () => jsonBody(async (textOf) => ({ a: textOf(Buffer.from('text')), b: 1 }));

describe.each([1000, LONG_MS])('requests of up to %i ms', (timeoutMs) => {
  it('send a body in pieces, and again where they are tried again', async () => {
    const url = await echo();
    const shared = await body();
    for (let attempt = 0; attempt < 2; attempt++) {
      const reply = await fetchFor(timeoutMs).fetch(url, { method: 'POST', body: shared });
      expect(await reply.json()).toEqual({ a: 'text', b: 1 });
    }
  });

  it('go through the proxy that all others go through', async () => {
    const url = await echo();
    const { fetch } = fetchFor(timeoutMs);
    const passed = await proxy();
    await (await fetch(url, { method: 'POST', body: await body() })).json();
    await (await fetch(url)).text();
    expect(passed.tunnels).toBe(2);
  });

  it('say what a proxy refuses, and not that time was up', async () => {
    const url = await echo();
    await proxy('502 Bad Gateway');
    const error = await fetchFor(timeoutMs)
      .fetch(url, { method: 'POST', body: await body() })
      .catch((cause: Error) => cause);
    expect(error).toMatchObject({ name: 'TypeError', message: 'fetch failed' });
    expect(String((error as Error).cause)).toContain('502');
  });
});

it('say where an endpoint has moved, as an error of its own', async () => {
  const url = await listen(
    createServer((_, response) => {
      response.writeHead(308, { location: 'https://example.org/v1' }).end();
    }),
  );
  const reply = await fetchFor(1000).fetch(url, { method: 'POST', body: await body() });
  expect(reply.status).toBe(308);
  expect(await reply.json()).toEqual({ error: { message: 'moved to https://example.org/v1' } });
});
