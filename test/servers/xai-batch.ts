import {
  type BatchServer,
  type BatchServerOptions,
  createVendor,
  hasEnded,
  type ServerBatch,
  startRoutes,
} from './batches.ts';

const RESULTS_A_PAGE = 2;
const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/**
 * Speaks xAI's Files and Batch interfaces, in the shapes of its protocol description (`xai-proto`,
 * batch.proto) and of replies that were recorded at the vendor: no status, a day for a time, results in
 * pages.
 */
export async function startXaiBatchServer(
  options: BatchServerOptions = {},
): Promise<BatchServer & { baseUrl: string }> {
  const vendor = createVendor(options);

  const describe = (batch: ServerBatch, isOver: boolean) => {
    const results = vendor.results(batch);
    const wrong = results.filter(({ kind }) => kind !== undefined).length;
    const isStopped = batch.isCanceled || (isOver && batch.ending !== undefined);
    const left = batch.lines.length - results.length;
    return {
      batch_id: batch.id,
      name: batch.metadata?.name,
      create_time: day(batch.createdMs),
      expire_time: day(batch.createdMs + 30 * 86_400_000),
      cancel_time: isStopped || batch.refused ? day(Date.now()) : null,
      cancel_by_xai_message: batch.refused?.message ?? null,
      state: {
        num_requests: isOver || batch.refused ? batch.lines.length : 0,
        num_pending: isOver ? 0 : batch.lines.length,
        num_success: isOver && !batch.refused ? results.length - wrong : 0,
        num_error: isOver && !batch.refused ? wrong : 0,
        num_cancelled: isStopped ? left : 0,
      },
    };
  };

  const resultOf = ({ customId, kind, body }: ReturnType<typeof vendor.results>[number]) => ({
    batch_request_id: customId,
    batch_result:
      kind === undefined
        ? { response: { chat_get_completion: body } }
        : { error: errorOf(kind === 'error' ? 3 : kind === 'expired' ? 4 : 14) },
  });

  const server = await startRoutes(async (method, path, { json, form }, query) => {
    if (method === 'POST' && path === '/v1/files') {
      const { id, refusal } = await vendor.keepLines(form);
      return refusal ?? { status: 200, json: { id, object: 'file' } };
    }
    if (method === 'POST' && path === '/v1/batches') {
      const { name, input_file_id } = json as { name: string; input_file_id: string };
      const lines = vendor.linesIn(input_file_id);
      return vendor.submit(lines, { metadata: { name } }, (batch) => ({
        status: 200,
        json: describe(batch, false),
      }));
    }
    if (method === 'GET' && path === '/v1/batches') {
      const batches = [...vendor.batches.values()].map((batch) => describe(batch, false));
      return { status: 200, json: { batches, pagination_token: null } };
    }
    const [, id = '', action] = /^\/v1\/batches\/([^/:]+)(:cancel|\/results)?$/.exec(path) ?? [];
    const batch = vendor.batches.get(id);
    if (!batch) return undefined;
    if (action === ':cancel') batch.isCanceled = true;
    if (action !== '/results') return { status: 200, json: describe(batch, hasEnded(batch)) };
    const start = Number(query.get('pagination_token') ?? 0);
    const results = vendor.results(batch);
    const end = start + RESULTS_A_PAGE;
    const pagination_token = end < results.length ? String(end) : null;
    const page = results.slice(start, end).map(resultOf);
    return { status: 200, json: { results: page, pagination_token } };
  }, options);
  return { ...server, ...vendor.state, baseUrl: `${server.url}/v1` };
}

const errorOf = (code: number) => ({
  code,
  message: code === 3 ? 'image is too large' : 'try again later',
});
