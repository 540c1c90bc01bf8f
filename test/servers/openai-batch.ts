import type { Batch } from 'openai/resources/batches';
import {
  askInner,
  type BatchFault,
  type BatchServer,
  type BatchServerOptions,
  createVendor,
  hasEnded,
  hasFiles,
  keepUpload,
  linesOf,
  type ServerBatch,
  startRoutes,
  type Upload,
} from './batches.ts';
import { startOpenaiServer } from './openai.ts';

/** Speaks OpenAI's Files and Batch interfaces; what is asked through them is answered as directly. */
export async function startOpenaiBatchServer(
  options: BatchServerOptions = {},
): Promise<BatchServer & { baseUrl: string; directCalls(): number }> {
  const {
    fault = () => undefined,
    errorMessage = 'image is too large',
    answer,
    stranger,
  } = options;
  const inner = await startOpenaiServer();
  const vendor = createVendor(options);
  const { state } = vendor;
  const outputs = new Map<string, string>();
  let direct = 0;

  /** The reply of the interface at a path, which knows no uploads. */
  const ask = (path: string, body: unknown) =>
    askInner(`${inner.url}${path}`, withImages(body, state.uploads));

  const finish = async (batch: ServerBatch) => {
    const name = `out-${batch.id}`;
    if (outputs.has(name)) return;
    const right: string[] = [];
    const wrong: string[] = [];
    const asked = batch.ending
      ? batch.lines.slice(0, Math.ceil(batch.lines.length / 2))
      : batch.lines;
    for (const line of asked) {
      const kind = batch.isCanceled ? 'expired' : fault(state.submitted.indexOf(line));
      if (kind === 'missing') continue;
      const reply = {
        id: `r-${line.customId}`,
        custom_id: line.customId,
        ...(kind
          ? faulty(kind, batch.isCanceled, errorMessage)
          : {
              response: {
                status_code: 200,
                request_id: 'x',
                body: answer ? answer(line.body) : await ask(batch.path ?? '', line.body),
              },
              error: null,
            }),
      };
      (kind ? wrong : right).push(JSON.stringify(reply));
    }
    if (stranger !== undefined) {
      const response = { status_code: 200, body: answer?.({}) };
      right.push(JSON.stringify({ custom_id: stranger, response }));
    }
    // In no order.
    outputs.set(name, `${right.reverse().join('\n')}\n`);
    outputs.set(`err-${batch.id}`, `${wrong.join('\n')}\n`);
  };

  const describe = async (batch: ServerBatch): Promise<Batch> => {
    const isOver = !batch.refused && hasEnded(batch);
    if (isOver) await finish(batch);
    return {
      id: batch.id,
      object: 'batch',
      endpoint: batch.path ?? '',
      completion_window: '24h',
      input_file_id: batch.inputFile ?? '',
      created_at: Math.floor(batch.createdMs / 1000),
      status: batch.refused
        ? 'failed'
        : isOver
          ? batch.isCanceled
            ? 'cancelled'
            : (batch.ending ?? 'completed')
          : 'in_progress',
      metadata: batch.metadata ?? null,
      ...(batch.refused && { errors: { object: 'list', data: [batch.refused] } }),
      ...(isOver &&
        hasFiles(batch) && { output_file_id: `out-${batch.id}`, error_file_id: `err-${batch.id}` }),
      request_counts: {
        total: batch.lines.length,
        completed: isOver ? batch.lines.length : 0,
        failed: 0,
      },
    };
  };

  const server = await startRoutes(async (method, path, { json, form }) => {
    if (path === '/v1/chat/completions' || path === '/v1/responses') {
      direct += 1;
      return { status: 200, json: await ask(path, json) };
    }
    if (method === 'POST' && path === '/v1/files') {
      const { id, refusal } =
        form?.get('purpose') === 'batch'
          ? await vendor.keepLines(form)
          : { id: await keepUpload(form, state.uploads) };
      return refusal ?? { status: 200, json: { id, object: 'file' } };
    }
    const content = /^\/v1\/files\/(?<id>[^/]+)\/content$/.exec(path)?.groups?.id;
    if (content) return { status: 200, text: outputs.get(content) ?? '' };
    if (method === 'POST' && path === '/v1/batches') {
      const { input_file_id, metadata, endpoint } = json as Batch;
      const lines = linesFor(endpoint, state.uploads.get(input_file_id)?.bytes.toString() ?? '');
      const known = { inputFile: input_file_id, path: endpoint, metadata: metadata ?? {} };
      return vendor.submit(lines, known, async (batch) => ({
        status: 200,
        json: await describe(batch),
      }));
    }
    if (method === 'GET' && path === '/v1/batches') {
      const data = await Promise.all([...state.batches.values()].reverse().map(describe));
      return { status: 200, json: { object: 'list', data, has_more: false } };
    }
    const [, id = '', action] = /^\/v1\/batches\/([^/]+)(\/cancel)?$/.exec(path) ?? [];
    const batch = state.batches.get(id);
    if (!batch) return undefined;
    if (action) batch.isCanceled = true;
    return { status: 200, json: await describe(batch) };
  }, options);
  return {
    ...state,
    url: server.url,
    baseUrl: `${server.url}/v1`,
    directCalls: () => direct,
    requests: server.requests,
    async close() {
      await server.close();
      await inner.close();
    },
  };
}

/** @throws Error a line is for another interface than the batch */
function linesFor(endpoint: string, text: string): ServerBatch['lines'] {
  const urls = [...text.matchAll(/"url":"(\/v1\/[^"]+)"/g)].map(([, url]) => url);
  const other = urls.find((url) => url !== endpoint);
  if (other) throw new Error(`a line for ${other} in a batch for ${endpoint}`);
  return linesOf(text);
}

/** A request with the uploaded images in the place of their ids. */
function withImages(body: unknown, uploads: ReadonlyMap<string, Upload>): unknown {
  return JSON.parse(JSON.stringify(body), (_key, value) => {
    if (value?.type !== 'input_image' || !value.file_id) return value;
    const { file_id, ...part } = value;
    const upload = uploads.get(file_id);
    if (!upload) throw new Error(`no such file: ${file_id}`);
    return {
      ...part,
      image_url: `data:${upload.type};base64,${upload.bytes.toString('base64')}`,
    };
  });
}

function faulty(kind: BatchFault, isCanceled: boolean, errorMessage: string) {
  if (kind === 'expired') {
    const code = isCanceled ? 'batch_cancelled' : 'batch_expired';
    return { response: null, error: { code, message: 'This request could not be executed.' } };
  }
  const status_code = kind === 'overloaded' ? 503 : 400;
  const message = kind === 'overloaded' ? 'overloaded' : errorMessage;
  return { response: { status_code, request_id: 'x', body: { error: { message } } }, error: null };
}
