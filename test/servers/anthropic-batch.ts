import type { MessageBatch } from '@anthropic-ai/sdk/resources/messages/batches';
import { startAnthropicServer } from './anthropic.ts';
import {
  askInner,
  type BatchServer,
  type BatchServerOptions,
  createVendor,
  hasEnded,
  keepUpload,
  refusalOf,
  type ServerBatch,
  startRoutes,
  type Upload,
} from './batches.ts';

const DAY_MS = 86_400_000;

/** Speaks Anthropic's Files and Message Batches interfaces. */
export async function startAnthropicBatchServer(
  options: BatchServerOptions = {},
): Promise<BatchServer & { directCalls(): number }> {
  const { fault = () => undefined, answer, stranger } = options;
  const inner = await startAnthropicServer();
  const vendor = createVendor(options);
  const { state } = vendor;
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

  const resultOf = async (
    line: ServerBatch['lines'][number],
    isCanceled: boolean,
    isLate: boolean,
  ) => {
    if (isCanceled) return { type: 'canceled' };
    const kind = fault(state.submitted.indexOf(line));
    if (kind === 'expired' || isLate) return { type: 'expired' };
    if (kind) {
      const type = kind === 'overloaded' ? 'overloaded_error' : 'invalid_request_error';
      const error = { type, message: kind === 'overloaded' ? 'Overloaded' : 'image is too large' };
      return { type: 'errored', error: { type: 'error', error } };
    }
    if (answer) return { type: 'succeeded', message: answer(line.body) };
    const body = withImages(line.body, state.uploads);
    return { type: 'succeeded', message: await askInner(`${inner.url}/v1/messages`, body) };
  };

  const server = await startRoutes(async (method, path, { json, form, text }) => {
    if (path === '/v1/messages') {
      direct += 1;
      return { status: 200, json: await askInner(`${inner.url}${path}`, json) };
    }
    if (method === 'POST' && path === '/v1/files') {
      return { status: 200, json: { id: await keepUpload(form, state.uploads), type: 'file' } };
    }
    if (method === 'POST' && path === '/v1/messages/batches') {
      const { requests } = json as { requests: { custom_id: string; params: never }[] };
      const sent = requests.map(({ custom_id, params }) => ({ customId: custom_id, body: params }));
      const refusal = refusalOf(sent, text.length, options.largest);
      if (refusal) return refusal;
      const id = `msgbatch_${state.batches.size + 1}`;
      return vendor.submit(sent, { id }, (batch) => ({
        status: 200,
        json: describe(batch, false),
      }));
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
    for (const [index, line] of batch.lines.entries()) {
      if (fault(state.submitted.indexOf(line)) === 'missing') continue;
      const isLate = batch.ending !== undefined && index >= Math.ceil(batch.lines.length / 2);
      const result = await resultOf(line, batch.isCanceled, isLate);
      lines.push(JSON.stringify({ custom_id: line.customId, result }));
    }
    if (stranger !== undefined) {
      const result = { type: 'succeeded', message: answer?.({}) };
      lines.push(JSON.stringify({ custom_id: stranger, result }));
    }
    return { status: 200, text: `${lines.reverse().join('\n')}\n` };
  }, options);
  url = server.url;
  return {
    ...state,
    url,
    directCalls: () => direct,
    requests: server.requests,
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
