import type { Batch } from 'openai/resources/batches';
import {
  askInner,
  type BatchFault,
  type BatchServer,
  type BatchServerOptions,
  hasEnded,
  keepUpload,
  type ServerBatch,
  startRoutes,
} from './batches.ts';
import { startOpenaiServer } from './openai.ts';

/** Speaks OpenAI's Files and Batch interfaces; what is asked through them is answered as directly. */
export async function startOpenaiBatchServer({
  polls = 1,
  fault = () => undefined,
  errorMessage = 'image is too large',
  loseReply = () => false,
  refuse = () => undefined,
  intercept = () => undefined,
}: BatchServerOptions = {}): Promise<BatchServer & { baseUrl: string; directCalls(): number }> {
  const inner = await startOpenaiServer();
  const state: Omit<BatchServer, 'url' | 'close'> = {
    submitted: [],
    batches: new Map(),
    uploads: new Map(),
  };
  const outputs = new Map<string, string>();
  let direct = 0;

  const finish = async (batch: ServerBatch) => {
    const name = `out-${batch.id}`;
    if (outputs.has(name)) return;
    const right: string[] = [];
    const wrong: string[] = [];
    for (const line of batch.lines) {
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
                body: await askInner(`${inner.url}/v1/chat/completions`, line.body),
              },
              error: null,
            }),
      };
      (kind ? wrong : right).push(JSON.stringify(reply));
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
      endpoint: '/v1/chat/completions',
      completion_window: '24h',
      input_file_id: batch.inputFile ?? '',
      created_at: Math.floor(batch.createdMs / 1000),
      status: batch.refused
        ? 'failed'
        : isOver
          ? batch.isCanceled
            ? 'cancelled'
            : 'completed'
          : 'in_progress',
      metadata: batch.metadata ?? null,
      ...(batch.refused && { errors: { object: 'list', data: [batch.refused] } }),
      ...(isOver && { output_file_id: `out-${batch.id}`, error_file_id: `err-${batch.id}` }),
      request_counts: {
        total: batch.lines.length,
        completed: isOver ? batch.lines.length : 0,
        failed: 0,
      },
    };
  };

  const server = await startRoutes(async (method, path, { json, form }) => {
    const intercepted = await intercept(`${method} ${path}`);
    if (intercepted) return intercepted;
    if (path === '/v1/chat/completions') {
      direct += 1;
      return { status: 200, json: await askInner(`${inner.url}${path}`, json) };
    }
    if (method === 'POST' && path === '/v1/files') {
      return { status: 200, json: { id: await keepUpload(form, state.uploads), object: 'file' } };
    }
    const content = /^\/v1\/files\/(?<id>[^/]+)\/content$/.exec(path)?.groups?.id;
    if (content) return { status: 200, text: outputs.get(content) ?? '' };
    if (method === 'POST' && path === '/v1/batches') {
      const { input_file_id, metadata } = json as Batch;
      const number = state.batches.size;
      const refused = refuse(number);
      const batch: ServerBatch = {
        id: `batch_${number + 1}`,
        createdMs: Date.now(),
        inputFile: input_file_id,
        lines: linesOf(state.uploads.get(input_file_id)?.bytes.toString() ?? ''),
        pollsLeft: polls,
        isCanceled: false,
        metadata: metadata ?? {},
        ...(refused && { refused }),
      };
      state.batches.set(batch.id, batch);
      state.submitted.push(...batch.lines);
      return loseReply(number) ? 'reset' : { status: 200, json: await describe(batch) };
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
  });
  return {
    ...state,
    url: server.url,
    baseUrl: `${server.url}/v1`,
    directCalls: () => direct,
    async close() {
      await server.close();
      await inner.close();
    },
  };
}

const linesOf = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { custom_id, body } = JSON.parse(line);
      return { customId: custom_id, body };
    });

function faulty(kind: BatchFault, isCanceled: boolean, errorMessage: string) {
  if (kind === 'expired') {
    const code = isCanceled ? 'batch_cancelled' : 'batch_expired';
    return { response: null, error: { code, message: 'This request could not be executed.' } };
  }
  const status_code = kind === 'overloaded' ? 503 : 400;
  const message = kind === 'overloaded' ? 'overloaded' : errorMessage;
  return { response: { status_code, request_id: 'x', body: { error: { message } } }, error: null };
}
