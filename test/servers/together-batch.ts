import {
  type BatchServer,
  type BatchServerOptions,
  createVendor,
  hasEnded,
  hasFiles,
  type ServerBatch,
  startRoutes,
} from './batches.ts';

/** Speaks Together's Files and Batch interfaces, in the shapes of its SDK (`together-ai`). */
export async function startTogetherBatchServer(
  options: BatchServerOptions = {},
): Promise<BatchServer & { baseUrl: string }> {
  const vendor = createVendor(options);

  const describe = (batch: ServerBatch, isOver: boolean) => ({
    id: batch.id,
    created_at: new Date(batch.createdMs).toISOString(),
    input_file_id: batch.inputFile,
    status: statusOf(batch, isOver),
    progress: isOver ? 100 : 50,
    ...(batch.refused && { error: batch.refused.message }),
    ...(isOver &&
      !batch.refused &&
      hasFiles(batch) && { output_file_id: `out-${batch.id}`, error_file_id: `err-${batch.id}` }),
  });

  const server = await startRoutes(async (method, path, { json, form }) => {
    if (method === 'POST' && path === '/v1/files/upload') {
      const fields = ['purpose', 'file_name', 'file_type'].map((name) => form?.get(name));
      if (fields[0] !== 'batch-api' || fields[2] !== 'jsonl') {
        return { status: 400, json: { error: { message: `not a batch file: ${fields}` } } };
      }
      const { id, refusal } = await vendor.keepLines(form);
      return refusal ?? { status: 200, json: { id, object: 'file', filename: fields[1] } };
    }
    const [, file = '', content] = /^\/v1\/files\/([^/]+)(\/content)?$/.exec(path) ?? [];
    if (file !== '' && content) return vendor.resultFile(file);
    if (file !== '') {
      const upload = vendor.uploads.get(file);
      return upload && { status: 200, json: { id: file, filename: upload.name } };
    }
    if (method === 'POST' && path === '/v1/batches') {
      const { input_file_id, endpoint } = json as { input_file_id: string; endpoint: string };
      if (endpoint !== '/v1/chat/completions') return undefined;
      const lines = vendor.linesIn(input_file_id);
      return vendor.submit(lines, { inputFile: input_file_id }, (batch) => ({
        status: 201,
        json: { job: describe(batch, false) },
      }));
    }
    if (method === 'GET' && path === '/v1/batches') {
      const all = [...vendor.batches.values()].map((batch) => describe(batch, false));
      return { status: 200, json: all };
    }
    const [, id = '', action] = /^\/v1\/batches\/([^/]+)(\/cancel)?$/.exec(path) ?? [];
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
  if (!isOver) return 'IN_PROGRESS';
  return ending?.toUpperCase() ?? 'COMPLETED';
}
