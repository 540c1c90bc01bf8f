import {
  type BatchServer,
  type BatchServerOptions,
  createVendor,
  hasEnded,
  hasFiles,
  type ServerBatch,
  startRoutes,
} from './batches.ts';

/** Speaks Mistral's Files interface and its batch jobs, in the shapes of its SDK (`@mistralai/mistralai`). */
export async function startMistralBatchServer(
  options: BatchServerOptions = {},
): Promise<BatchServer & { baseUrl: string }> {
  const vendor = createVendor(options);

  const describe = (batch: ServerBatch, isOver: boolean) => {
    const results = vendor.results(batch);
    const wrong = results.filter(({ kind }) => kind !== undefined).length;
    const isAnswered = isOver && !batch.refused;
    const isThere = isAnswered && hasFiles(batch);
    return {
      id: batch.id,
      object: 'batch',
      input_files: [batch.inputFile],
      metadata: batch.metadata ?? null,
      endpoint: '/v1/chat/completions',
      model: 'pixtral',
      output_file: isThere ? `out-${batch.id}` : null,
      error_file: isThere ? `err-${batch.id}` : null,
      errors: batch.refused ? [{ message: batch.refused.message, count: 1 }] : [],
      status: statusOf(batch, isOver),
      created_at: Math.floor(batch.createdMs / 1000),
      total_requests: batch.lines.length,
      completed_requests: isAnswered ? results.length : 0,
      succeeded_requests: isAnswered ? results.length - wrong : 0,
      failed_requests: isAnswered ? wrong : 0,
    };
  };

  const server = await startRoutes(async (method, path, { json, form }, query) => {
    if (method === 'POST' && path === '/v1/files') {
      const { id, refusal } = await vendor.keepLines(form);
      return refusal ?? { status: 200, json: { id, object: 'file' } };
    }
    const content = /^\/v1\/files\/(?<name>[^/]+)\/content$/.exec(path)?.groups?.name;
    if (content) return vendor.resultFile(content);
    if (method === 'POST' && path === '/v1/batch/jobs') {
      const { input_files, model, metadata } = json as {
        input_files: [string];
        model: string;
        metadata: Record<string, string>;
      };
      if (!model) return { status: 422, json: { detail: 'a job names its model' } };
      const [inputFile] = input_files;
      return vendor.submit(vendor.linesIn(inputFile), { inputFile, metadata }, (batch) => ({
        status: 200,
        json: describe(batch, false),
      }));
    }
    if (method === 'GET' && path === '/v1/batch/jobs') {
      const after = Date.parse(query.get('created_after') ?? '');
      const data = [...vendor.batches.values()]
        .filter(({ createdMs }) => createdMs > after)
        .map((batch) => describe(batch, false));
      return { status: 200, json: { object: 'list', total: data.length, data } };
    }
    const [, id = '', action] = /^\/v1\/batch\/jobs\/([^/]+)(\/cancel)?$/.exec(path) ?? [];
    const batch = vendor.batches.get(id);
    if (!batch) return undefined;
    if (action) batch.isCanceled = true;
    return { status: 200, json: describe(batch, hasEnded(batch)) };
  }, options);
  return { ...server, ...vendor.state, baseUrl: `${server.url}/v1` };
}

function statusOf({ refused, isCanceled, ending }: ServerBatch, isOver: boolean): string {
  if (refused) return 'FAILED';
  if (isCanceled) return 'CANCELLED';
  if (!isOver) return 'RUNNING';
  if (ending) return ending === 'expired' ? 'TIMEOUT_EXCEEDED' : 'CANCELLED';
  return 'SUCCESS';
}
