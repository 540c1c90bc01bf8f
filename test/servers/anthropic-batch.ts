import type { MessageBatch } from '@anthropic-ai/sdk/resources/messages/batches';
import { startAnthropicServer } from './anthropic.ts';
import {
  askInner,
  type BatchServer,
  type BatchServerOptions,
  hasEnded,
  keepUpload,
  type ServerBatch,
  startRoutes,
  type Upload,
} from './batches.ts';

const DAY_MS = 86_400_000;

/** Speaks Anthropic's Files and Message Batches interfaces. */
export async function startAnthropicBatchServer({
  polls = 1,
  fault = () => undefined,
  loseReply = () => false,
}: BatchServerOptions = {}): Promise<BatchServer & { directCalls(): number }> {
  const inner = await startAnthropicServer();
  const state: Omit<BatchServer, 'url' | 'close'> = {
    submitted: [],
    batches: new Map(),
    uploads: new Map(),
  };
  let url = '';
  let direct = 0;

  const describe = (batch: ServerBatch, isOver: boolean): MessageBatch => ({
    id: batch.id,
    type: 'message_batch',
    processing_status: isOver ? 'ended' : 'in_progress',
    created_at: new Date(batch.createdMs).toISOString(),
    expires_at: new Date(batch.createdMs + DAY_MS).toISOString(),
    ended_at: isOver ? new Date().toISOString() : null,
    archived_at: null,
    cancel_initiated_at: null,
    results_url: isOver ? `${url}/v1/messages/batches/${batch.id}/results` : null,
    request_counts: {
      processing: isOver ? 0 : batch.lines.length,
      succeeded: isOver ? batch.lines.length : 0,
      errored: 0,
      canceled: 0,
      expired: 0,
    },
  });

  const resultOf = async (line: ServerBatch['lines'][number], isCanceled: boolean) => {
    if (isCanceled) return { type: 'canceled' };
    const kind = fault(state.submitted.indexOf(line));
    if (kind === 'expired') return { type: 'expired' };
    if (kind) {
      const type = kind === 'overloaded' ? 'overloaded_error' : 'invalid_request_error';
      const error = { type, message: kind === 'overloaded' ? 'Overloaded' : 'image is too large' };
      return { type: 'errored', error: { type: 'error', error } };
    }
    const body = withImages(line.body, state.uploads);
    return { type: 'succeeded', message: await askInner(`${inner.url}/v1/messages`, body) };
  };

  const server = await startRoutes(async (method, path, { json, form }) => {
    if (path === '/v1/messages') {
      direct += 1;
      return { status: 200, json: await askInner(`${inner.url}${path}`, json) };
    }
    if (method === 'POST' && path === '/v1/files') {
      return { status: 200, json: { id: await keepUpload(form, state.uploads), type: 'file' } };
    }
    if (method === 'POST' && path === '/v1/messages/batches') {
      const { requests } = json as { requests: { custom_id: string; params: never }[] };
      const number = state.batches.size;
      const batch: ServerBatch = {
        id: `msgbatch_${number + 1}`,
        createdMs: Date.now(),
        lines: requests.map(({ custom_id, params }) => ({ customId: custom_id, body: params })),
        pollsLeft: polls,
        isCanceled: false,
      };
      state.batches.set(batch.id, batch);
      state.submitted.push(...batch.lines);
      return loseReply(number) ? 'reset' : { status: 200, json: describe(batch, false) };
    }
    if (method === 'GET' && path === '/v1/messages/batches') {
      const data = [...state.batches.values()].reverse().map((batch) => describe(batch, false));
      return {
        status: 200,
        json: { data, has_more: false, first_id: null, last_id: null },
      };
    }
    const [, id = '', action] =
      /^\/v1\/messages\/batches\/([^/]+)(\/cancel|\/results)?$/.exec(path) ?? [];
    const batch = state.batches.get(id);
    if (!batch) return undefined;
    if (action === '/cancel') batch.isCanceled = true;
    if (action !== '/results') return { status: 200, json: describe(batch, hasEnded(batch)) };
    const lines: string[] = [];
    for (const line of batch.lines) {
      if (fault(state.submitted.indexOf(line)) === 'missing') continue;
      const result = await resultOf(line, batch.isCanceled);
      lines.push(JSON.stringify({ custom_id: line.customId, result }));
    }
    return { status: 200, text: `${lines.reverse().join('\n')}\n` };
  });
  url = server.url;
  return {
    ...state,
    url,
    directCalls: () => direct,
    async close() {
      await server.close();
      await inner.close();
    },
  };
}

/** A request with the uploaded images in the place of their ids. */
function withImages(body: Record<string, unknown>, uploads: Map<string, Upload>): unknown {
  return JSON.parse(JSON.stringify(body), (_key, value) => {
    if (value?.type !== 'file') return value;
    const upload = uploads.get(value.file_id);
    if (!upload) throw new Error(`no such file: ${value.file_id}`);
    return { type: 'base64', media_type: upload.type, data: upload.bytes.toString('base64') };
  });
}
