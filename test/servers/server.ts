import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that a local server got. */
export interface ReceivedRequest {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  /** JSON or a form that was read, or what is none as a Buffer. */
  body: unknown;
  /** When it came, by `performance.now()`. */
  receivedMs: number;
}

/** What a local server does with a request. */
export type ServerReply =
  | { status: number; headers?: Record<string, string>; body: unknown }
  /** A body as it goes over the line. */
  | { status: number; headers?: Record<string, string>; raw: string | Uint8Array }
  /** The connection is cut without a reply. */
  | 'reset'
  /** No reply ever comes. */
  | 'hang'
  /** The reply ends in the middle of its JSON, as if complete. */
  | { truncated: unknown };

export interface LocalServer {
  /** Origin, without a path: `http://127.0.0.1:40123`. */
  url: string;
  requests: ReceivedRequest[];
  /** Requests for what it serves, which nobody pays for. */
  looks: ReceivedRequest[];
  close(): Promise<void>;
}

/** A server on this machine that speaks JSON, for the real SDKs to talk to. */
export async function startServer(
  reply: (request: ReceivedRequest, index: number) => ServerReply | Promise<ServerReply>,
  /** 0: any that is free. */
  wantedPort = 0,
  /** What it says that it serves; by default nothing. */
  serves: (path: string) => ServerReply = () => ({ status: 404, body: { error: 'no such path' } }),
): Promise<LocalServer> {
  const requests: ReceivedRequest[] = [];
  const looks: ReceivedRequest[] = [];
  const server = createServer(async (incoming, response) => {
    const request = await receive(incoming).catch((error: unknown) => {
      if (incoming.complete) throw error;
    });
    // The client was killed while it sent.
    if (!request) return;
    if (LOOKS.includes(request.path)) {
      looks.push(request);
      send(response, serves(request.path));
      return;
    }
    const index = requests.push(request) - 1;
    send(response, await reply(request, index));
  });
  server.listen(wantedPort, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    looks,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const LOOKS: readonly string[] = ['/v1/models', '/props', '/api/tags'];

async function receive(incoming: IncomingMessage): Promise<ReceivedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return {
    method: incoming.method ?? '',
    path: incoming.url ?? '',
    headers: incoming.headers,
    body: await bodyOf(Buffer.concat(chunks), incoming.headers['content-type'] ?? ''),
    receivedMs: performance.now(),
  };
}

async function bodyOf(bytes: Buffer, type: string): Promise<unknown> {
  if (bytes.length === 0) return undefined;
  if (type.startsWith('multipart/')) {
    return new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData();
  }
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return bytes;
  }
}

function send(response: ServerResponse, reply: ServerReply): void {
  if (reply === 'hang') return;
  if (reply === 'reset') {
    response.destroy();
    return;
  }
  if ('truncated' in reply) {
    const text = JSON.stringify(reply.truncated);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(text.slice(0, text.length / 2));
    return;
  }
  response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
  response.end('raw' in reply ? reply.raw : JSON.stringify(reply.body));
}
