import { readFile } from 'node:fs/promises';
import type OpenAI from 'openai';
import { z } from 'zod';
import { type BatchEngine, type BatchResult, HALF_PRICE } from '../batch.ts';
import { JsonBody } from '../json-body.ts';
import { uploadClient } from '../upload-client.ts';
import { byServersClock, CLOCK_SKEW_MS } from './clock-skew.ts';
import type { EngineSetting } from './engine-setting.ts';
import { readEach, readResult } from './result-lines.ts';

/** No limit is documented. The requests go as one body, so they are few enough to hold in memory. */
const LIMITS = { requests: 10_000, bytes: 20_000_000 };

/** A batch may be unknown for a while after it was made, as those have seen who tried it. */
const KNOWN_AFTER_MS = 120_000;

const BATCHES_A_PAGE = 100;

const ENDED = ['completed', 'failed', 'expired', 'cancelled'];

const batchSchema = z.object({
  id: z.string(),
  status: z.string(),
  model: z.string().nullish(),
  /** Unix time in seconds. */
  created_at: z.number().nullish(),
  request_counts: z
    .object({
      total: z.number().default(0),
      completed: z.number().default(0),
      failed: z.number().default(0),
    })
    .nullish(),
  results: z.array(z.unknown()).nullish(),
  error: z.object({ message: z.string().nullish() }).nullish(),
});

const listSchema = z.object({
  data: z.array(batchSchema),
  has_more: z.boolean().nullish(),
  last_id: z.string().nullish(),
});

/**
 * OpenRouter's Batch interface: the requests stand in the body that makes the batch, its results in the
 * batch itself. Shapes: https://openrouter.ai/docs/batch-quickstart, `openrouter` 1.3.84 for Python
 * (components/batchobject.py, of October 2026) and the crate `openrouter-batch` 0.1.2, whose author tried
 * them at the vendor in August 2026.
 */
export function createOpenrouterBatchEngine(
  client: () => OpenAI,
  { model, endpoint }: EngineSetting,
): BatchEngine {
  const batches = batchesAddress(endpoint);
  const sold = batchVariant(model);
  const retrieve = async (id: string) =>
    batchSchema.parse(await client().get(`${batches}/${encodeURIComponent(id)}`));

  return {
    limits: LIMITS,
    priceShare: HALF_PRICE,
    knownAfterMs: KNOWN_AFTER_MS,
    // The batch names the model, for all of its requests.
    line: (customId, { model: _, ...body }: { model?: unknown }) => ({ custom_id: customId, body }),
    async submit(file, label) {
      const sending = await uploadClient(client(), file);
      const made = await sending.post(batches, {
        body: inlineBody(sold, await readFile(file)),
        // The label makes a second try the same batch.
        headers: { 'content-type': 'application/json', 'idempotency-key': label },
        maxRetries: 0,
      });
      return batchSchema.parse(made).id;
    },
    async find({ requests, sinceMs, isKnown }) {
      // A batch shows no label: it is the one of this size and model that nobody here knows. Its requests'
      // names show, when it has ended, whether it is ours.
      for (let after: string | undefined; ; ) {
        const query = { limit: BATCHES_A_PAGE, ...(after && { after }) };
        const { data, response } = await client().get(batches, { query }).withResponse();
        const earliestMs = byServersClock(sinceMs, response.headers) - CLOCK_SKEW_MS;
        const page = listSchema.parse(data);
        for (const batch of page.data) {
          // The newest come first.
          if ((batch.created_at ?? Infinity) * 1000 < earliestMs) return undefined;
          const isOurs = batch.model === sold || batch.model === model;
          const total = batch.request_counts?.total;
          if (isOurs && total === requests && !isKnown(batch.id)) return batch.id;
        }
        after = page.last_id ?? undefined;
        if (!page.has_more || !after) return undefined;
      }
    },
    async status(id) {
      const { status, request_counts, error, results } = await retrieve(id);
      // The results may come a little after the state that tells of them.
      const isComplete = !request_counts?.completed || Boolean(results);
      const hasEnded = ENDED.includes(status) && isComplete;
      const words = error?.message;
      return {
        hasEnded,
        done: request_counts?.completed ?? 0,
        failed: request_counts?.failed ?? 0,
        ...(hasEnded && status !== 'completed' && { ending: words ?? status }),
        ...(status === 'failed' &&
          !results?.length && { refused: { message: words ?? 'no reason', again: false } }),
      };
    },
    async *results(id) {
      const { results } = await retrieve(id);
      yield* readEach(results ?? [], (line) => asAskedFor(model, readResult(line)));
    },
    async cancel() {
      throw new Error(
        'OpenRouter has no way to stop a batch (it can only be deleted when it has ended); let it end and collect it, or forget it with --forget',
      );
    },
  };
}

const SOLD_IN_BATCHES = ':batch';

/** Its batches lie beside its ordinary interface: `/api/beta/batches` beside `/api/v1`. */
const batchesAddress = (endpoint: string): string =>
  `${endpoint.replace(/\/v\d+$/, '')}/beta/batches`;

/** What is sold in batches has a name of its own: `google/gemini-2.5-flash:batch`. */
const batchVariant = (model: string): string =>
  model.includes(':') ? model : `${model}${SOLD_IN_BATCHES}`;

/** It is the model that was asked for: under another name its replies would be taken for another one's. */
function asAskedFor(model: string, result: BatchResult): BatchResult {
  const reply = z.looseObject({ model: z.string() }).safeParse(result.raw).data;
  if (result.failure !== undefined || !reply?.model.endsWith(SOLD_IN_BATCHES)) return result;
  if (model.endsWith(SOLD_IN_BATCHES)) return result;
  const named = { ...reply, model: reply.model.slice(0, -SOLD_IN_BATCHES.length) };
  return { customId: result.customId, raw: named };
}

/** The vendor reads the body as it comes: what holds for all requests has to stand before them. */
function inlineBody(model: string, lines: Buffer): JsonBody {
  const head = `{"endpoint":"/v1/chat/completions","model":${JSON.stringify(model)},"requests":[`;
  const pieces: Uint8Array[] = [];
  for (let start = 0; start < lines.length; ) {
    const end = lines.indexOf(NEWLINE, start);
    pieces.push(lines.subarray(start, end < 0 ? lines.length : end), Buffer.from(','));
    start = end < 0 ? lines.length : end + 1;
  }
  return new JsonBody([Buffer.from(head), ...pieces.slice(0, -1), Buffer.from(']}')]);
}

const NEWLINE = 0x0a;
