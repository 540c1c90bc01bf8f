import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What goes wrong with one request of a batch. */
export type BatchFault = 'error' | 'overloaded' | 'expired' | 'missing';

export interface BatchServerOptions {
  /** Status requests after which a batch has ended. */
  polls?: number;
  /** By the request's place in all batches. */
  fault?: (index: number) => BatchFault | undefined;
  /** What a request that fails for good is told. */
  errorMessage?: string;
  /** What happens to the reply to the submission of a batch, by its number: it is made all the same. */
  loseReply?: (batch: number) => boolean;
  /** Replies in the place of the server to `GET /v1/batches`, or keeps it waiting. */
  intercept?: (request: string) => Promise<Reply | undefined> | Reply | undefined;
  /** The whole batch is refused, by its number. */
  refuse?: (batch: number) => { code: string; message: string } | undefined;
}

export interface BatchServer {
  url: string;
  /** Requests of all batches, in the order of arrival. */
  submitted: BatchLine[];
  batches: Map<string, ServerBatch>;
  uploads: Map<string, Upload>;
  close(): Promise<void>;
}

export interface Upload {
  bytes: Buffer;
  type: string;
}

export interface BatchLine {
  customId: string;
  body: Record<string, unknown>;
}

export interface ServerBatch {
  id: string;
  createdMs: number;
  lines: BatchLine[];
  pollsLeft: number;
  isCanceled: boolean;
  metadata?: Record<string, string>;
  inputFile?: string;
  refused?: { code: string; message: string };
}

export type Reply = { status: number; json: unknown } | { status: number; text: string } | 'reset';

export type Route = (
  method: string,
  path: string,
  body: { json: unknown; form: FormData | undefined },
) => Promise<Reply | undefined>;

/** A server on this machine for routes that JSON alone does not serve: file uploads, lines of results. */
export async function startRoutes(route: Route): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(async (incoming, response) => {
    const path = (incoming.url ?? '').replace(/\?.*$/, '');
    const reply = await route(incoming.method ?? 'GET', path, await bodyOf(incoming));
    if (reply === 'reset') {
      response.destroy();
    } else if (!reply) {
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { message: `no such path: ${path}` } }));
    } else if ('text' in reply) {
      response.writeHead(reply.status, { 'content-type': 'application/x-jsonl' });
      response.end(reply.text);
    } else {
      response.writeHead(reply.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(reply.json));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function bodyOf(incoming: IncomingMessage) {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const type = incoming.headers['content-type'] ?? '';
  if (type.startsWith('multipart/')) {
    const form = await new Response(bytes, { headers: { 'content-type': type } }).formData();
    return { json: undefined, form };
  }
  return { json: bytes.length > 0 ? JSON.parse(bytes.toString()) : undefined, form: undefined };
}

/** Keeps the file of an upload form. @returns its id */
export async function keepUpload(form: FormData | undefined, uploads: Map<string, Upload>) {
  const file = form?.get('file');
  if (!(file instanceof File)) throw new Error('the form has no file');
  const id = `file_${uploads.size + 1}`;
  uploads.set(id, { bytes: Buffer.from(await file.arrayBuffer()), type: file.type });
  return id;
}

export function hasEnded(batch: ServerBatch): boolean {
  batch.pollsLeft -= 1;
  return batch.isCanceled || batch.pollsLeft < 0;
}

/** The reply of the ordinary interface. */
export async function askInner(url: string, body: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'anthropic-version': '2026-10-21' },
    body: JSON.stringify(body),
  });
  return response.json();
}
