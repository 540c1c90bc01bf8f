import {
  type BatchServer,
  type BatchServerOptions,
  createVendor,
  hasEnded,
  hasFiles,
  outcomeOf,
  refusalOf,
  type ServerBatch,
  startRoutes,
} from './batches.ts';

/**
 * Speaks OpenRouter's Batch interface, in the shapes of its SDK for Python (`openrouter`): the requests
 * stand in one body, in which the model and the endpoint come first, and the results in the batch.
 */
export async function startOpenrouterBatchServer(
  options: BatchServerOptions = {},
): Promise<BatchServer & { baseUrl: string }> {
  const vendor = createVendor(options);
  const byKey = new Map<string, ServerBatch>();

  const describe = (batch: ServerBatch, isOver: boolean) => {
    const results = vendor.results(batch);
    const wrong = results.filter(({ kind }) => kind !== undefined).length;
    const isThere = isOver && !batch.refused;
    return {
      id: batch.id,
      object: 'batch',
      endpoint: '/v1/chat/completions',
      model: batch.metadata?.model,
      completion_window: '24h',
      created_at: Math.floor(batch.createdMs / 1000),
      status: statusOf(batch, isOver),
      request_counts: {
        total: batch.lines.length,
        completed: isThere ? results.length - wrong : 0,
        failed: isThere ? wrong : 0,
      },
      error: batch.refused ? { message: batch.refused.message } : null,
      results:
        isThere && hasFiles(batch)
          ? results.map(({ customId, kind, body }) => ({
              id: `result-${customId}`,
              custom_id: customId,
              ...outcomeOf(kind, body),
            }))
          : null,
    };
  };

  const server = await startRoutes(async (method, path, { json, text, headers }) => {
    if (method === 'POST' && path === '/api/beta/batches') {
      const { model, requests } = json as {
        model: string;
        requests: { custom_id: string; body: Record<string, unknown> }[];
      };
      const isInOrder = text.indexOf('"requests"') > text.indexOf('"model"');
      if (!isInOrder)
        return { status: 400, json: { error: { message: 'endpoint and model first' } } };
      if (!model.endsWith(':batch')) {
        const message = `Model '${model}' does not have a :batch endpoint.`;
        return { status: 400, json: { error: { message } } };
      }
      const key = String(headers['idempotency-key'] ?? vendor.batches.size);
      const lines = requests.map(({ custom_id, body }) => ({ customId: custom_id, body }));
      const refusal = refusalOf(lines, text.length, options.largest);
      if (refusal) return refusal;
      const number = vendor.batches.size;
      const batch = byKey.get(key) ?? vendor.make(lines, { metadata: { model } });
      byKey.set(key, batch);
      return options.loseReply?.(number) ? 'reset' : { status: 202, json: describe(batch, false) };
    }
    if (method === 'GET' && path === '/api/beta/batches') {
      const data = [...vendor.batches.values()]
        .reverse()
        .map((batch) => ({ ...describe(batch, false), results: null }));
      return { status: 200, json: { object: 'list', data, has_more: false, last_id: null } };
    }
    const id = /^\/api\/beta\/batches\/(?<id>[^/]+)$/.exec(path)?.groups?.id ?? '';
    const batch = vendor.batches.get(id);
    if (!batch) return undefined;
    return { status: 200, json: describe(batch, hasEnded(batch)) };
  }, options);
  return { ...server, ...vendor.state, baseUrl: `${server.url}/api/v1` };
}

function statusOf({ refused, ending }: ServerBatch, isOver: boolean): string {
  if (refused) return 'failed';
  return isOver ? (ending ?? 'completed') : 'in_progress';
}
