import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';

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
  intercept?: (
    request: string,
    headers: IncomingHttpHeaders,
  ) => Promise<Reply | undefined> | Reply | undefined;
  /** The whole batch is refused after it was made, by its number. */
  refuse?: (batch: number) => { code: string; message: string } | undefined;
  /** What the ordinary interface would reply; by default a server that knows the answers is asked. */
  answer?: (body: Record<string, unknown>) => unknown;
  /** A batch above these is refused (413) before it is made. */
  largest?: { requests?: number; bytes?: number };
  /** How a batch ends, by its number, when not well: what is beyond its first half has no result. */
  ending?: (batch: number) => 'expired' | 'cancelled' | undefined;
  /** Name of a result that belongs to no request, in every batch. */
  stranger?: string;
  /** By how much the vendor's clock is ahead of this machine's. */
  clockMs?: number;
  /** Status requests after which an ended batch has its files, where the vendor has files. */
  filePolls?: number;
  /** Every request to this server takes as long. */
  delayMs?: number;
  /** Whether a request gets no reply, by its number, and whether it was done before that. */
  hang?: (request: number) => 'undone' | 'done' | undefined;
}

export interface BatchServer {
  url: string;
  /** Requests of all batches, in the order of arrival. */
  submitted: BatchLine[];
  batches: Map<string, ServerBatch>;
  uploads: Map<string, Upload>;
  /** How many this server got, of any kind. */
  requests(): number;
  close(): Promise<void>;
}

export interface Upload {
  bytes: Buffer;
  type: string;
  name: string;
}

/** In the words of a proxy before a vendor. */
export const TOO_LARGE = 'Request body too large. Maximum allowed: 5 MB';

export interface BatchLine {
  customId: string;
  body: Record<string, unknown>;
}

export interface ServerBatch {
  id: string;
  createdMs: number;
  lines: BatchLine[];
  pollsLeft: number;
  filePollsLeft: number;
  isCanceled: boolean;
  metadata?: Record<string, string>;
  inputFile?: string;
  /** Of the interface that answers its requests. */
  path?: string;
  refused?: { code: string; message: string };
  ending?: 'expired' | 'cancelled';
}

export type Reply =
  | { status: number; json: unknown; headers?: Record<string, string> }
  | { status: number; text: string }
  | 'reset';

export type Route = (
  method: string,
  path: string,
  body: {
    /** Undefined where it is none. */
    json: unknown;
    form: FormData | undefined;
    headers: IncomingHttpHeaders;
    text: string;
    bytes: Buffer;
  },
  query: URLSearchParams,
) => Promise<Reply | undefined>;

/** A server on this machine for routes that JSON alone does not serve: file uploads, lines of results. */
export async function startRoutes(
  route: Route,
  {
    delayMs = 0,
    hang = () => undefined,
    intercept = () => undefined,
    clockMs = 0,
  }: Pick<BatchServerOptions, 'delayMs' | 'hang' | 'intercept' | 'clockMs'> = {},
): Promise<{ url: string; requests(): number; close(): Promise<void> }> {
  let requests = 0;
  const server = createServer(async (incoming, response) => {
    const hanging = hang(requests);
    requests += 1;
    const [path = '', query] = (incoming.url ?? '').split('?');
    const { headers } = incoming;
    const read = await bodyOf(incoming).catch((error: unknown) => {
      if (incoming.complete) throw error;
    });
    // The client was killed while it sent.
    if (!read) return;
    const body = { ...read, headers };
    if (hanging === 'undone') return;
    await setTimeout(delayMs);
    const { method = 'GET' } = incoming;
    const reply =
      (await intercept(`${method} ${path}`, headers)) ??
      (await route(method, path, body, new URLSearchParams(query)));
    if (hanging) return;
    response.setHeader('date', new Date(Date.now() + clockMs).toUTCString());
    if (reply === 'reset') {
      response.destroy();
    } else if (!reply) {
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { message: `no such path: ${path}` } }));
    } else if ('text' in reply) {
      response.writeHead(reply.status, { 'content-type': 'application/x-jsonl' });
      response.end(reply.text);
    } else {
      response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
      response.end(JSON.stringify(reply.json));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests: () => requests,
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
    return { json: undefined, form, text: '', bytes };
  }
  const text = bytes.toString();
  return { json: jsonIn(text), form: undefined, text, bytes };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Keeps the file of an upload form. @returns its id */
export async function keepUpload(form: FormData | undefined, uploads: Map<string, Upload>) {
  const file = form?.get('file');
  if (!(file instanceof File)) throw new Error('the form has no file');
  const id = `file_${uploads.size + 1}`;
  const bytes = Buffer.from(await file.arrayBuffer());
  uploads.set(id, { bytes, type: file.type, name: file.name });
  return id;
}

/** A refusal of what is too large, before anything is made of it. */
export function refusalOf(
  lines: readonly BatchLine[],
  bytes: number,
  {
    requests = Number.POSITIVE_INFINITY,
    bytes: most = Number.POSITIVE_INFINITY,
  }: NonNullable<BatchServerOptions['largest']> = {},
): Reply | undefined {
  return lines.length > requests || bytes > most
    ? { status: 413, json: { error: { message: TOO_LARGE } } }
    : undefined;
}

/** A vendor's state, and what is the same in all of them. */
export function createVendor({
  polls = 1,
  refuse = () => undefined,
  ending = () => undefined,
  fault = () => undefined,
  answer = () => ({}),
  loseReply = () => false,
  largest,
  stranger,
  clockMs = 0,
  filePolls = 0,
}: BatchServerOptions) {
  const submitted: BatchLine[] = [];
  const batches = new Map<string, ServerBatch>();
  const uploads = new Map<string, Upload>();

  const make = (lines: BatchLine[], more: Partial<ServerBatch> = {}): ServerBatch => {
    const number = batches.size;
    const refused = refuse(number);
    const end = ending(number);
    const batch: ServerBatch = {
      id: `batch_${number + 1}`,
      createdMs: Date.now() + clockMs,
      lines,
      pollsLeft: polls,
      filePollsLeft: filePolls,
      isCanceled: false,
      ...(refused && { refused }),
      ...(end && { ending: end }),
      ...more,
    };
    batches.set(batch.id, batch);
    submitted.push(...lines);
    return batch;
  };

  const results = ({ lines, ending: end, isCanceled }: ServerBatch) => {
    const asked = end ? lines.slice(0, Math.ceil(lines.length / 2)) : lines;
    const ended = (isCanceled ? [] : asked).flatMap((line) => {
      const kind = fault(submitted.indexOf(line));
      const { customId } = line;
      return kind === 'missing' ? [] : [{ customId, kind, body: kind ? {} : answer(line.body) }];
    });
    const strange = stranger === undefined ? [] : [stranger];
    const more = strange.map((customId) => ({ customId, kind: undefined, body: answer({}) }));
    return [...ended, ...more].reverse();
  };

  return {
    /** What tests look at. */
    state: { submitted, batches, uploads },
    batches,
    uploads,
    /** Makes a batch. */
    make,
    /** Makes a batch, and loses the reply where it is to be lost. */
    async submit(
      lines: BatchLine[],
      more: Partial<ServerBatch>,
      reply: (batch: ServerBatch) => Reply | Promise<Reply>,
    ): Promise<Reply> {
      const number = batches.size;
      const batch = make(lines, more);
      return loseReply(number) ? 'reset' : reply(batch);
    },
    /** Keeps an uploaded file of requests. @returns `refusal`: it is too large */
    async keepLines(form: FormData | undefined): Promise<{ id: string; refusal?: Reply }> {
      const id = await keepUpload(form, uploads);
      const bytes = uploads.get(id)?.bytes ?? Buffer.alloc(0);
      const refusal = refusalOf(linesOf(bytes.toString()), bytes.length, largest);
      return { id, ...(refusal && { refusal }) };
    },
    /** The requests in an uploaded file. */
    linesIn: (file: string): BatchLine[] => linesOf(uploads.get(file)?.bytes.toString() ?? ''),
    /** What became of its requests, in another order. */
    results,
    /** One of the two files of results, `out-…` and `err-…`, of a vendor whose interface is like OpenAI's. */
    resultFile(name: string): Reply | undefined {
      const batch = batches.get(name.slice('out-'.length));
      if (!batch) return undefined;
      const isWanted = (kind: BatchFault | undefined) =>
        name.startsWith('out-') === (kind === undefined);
      const text = results(batch)
        .filter(({ kind }) => isWanted(kind))
        .map(({ customId, kind, body }) => ({ custom_id: customId, ...outcomeOf(kind, body) }))
        .map((line) => `${JSON.stringify(line)}\n`)
        .join('');
      return { status: 200, text };
    },
  };
}

/** Lines of a batch file that are `{custom_id, body}`, with more or less around it. */
export const linesOf = (text: string): BatchLine[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { custom_id, body } = JSON.parse(line);
      return { customId: custom_id, body };
    });

export function outcomeOf(kind: BatchFault | undefined, body: unknown) {
  if (kind === undefined) return { response: { status_code: 200, body }, error: null };
  if (kind === 'expired') {
    const error = { code: 'batch_expired', message: 'This request could not be executed.' };
    return { response: null, error };
  }
  const isError = kind === 'error';
  const message = isError ? 'image is too large' : 'overloaded';
  const response = { status_code: isError ? 400 : 503, body: { error: { message } } };
  return { response, error: null };
}

export function hasEnded(batch: ServerBatch): boolean {
  batch.pollsLeft -= 1;
  return batch.isCanceled || batch.pollsLeft < 0;
}

/** Whether the files of an ended batch are there. */
export function hasFiles(batch: ServerBatch): boolean {
  batch.filePollsLeft -= 1;
  return batch.filePollsLeft < 0;
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
