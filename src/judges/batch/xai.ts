import type OpenAI from 'openai';
import { z } from 'zod';
import { type BatchEngine, type BatchResult, HALF_PRICE } from '../batch.ts';
import { readEach } from './result-lines.ts';
import { uploadFile } from './upload-file.ts';

/**
 * The guide names no limit of a file for batches. An uploaded file may have 48 MB
 * (https://docs.x.ai/docs/guides/files/managing-files), and a batch above 100,000 requests may be
 * throttled (https://docs.x.ai/docs/guides/batch-api); read in November 2026.
 */
const LIMITS = { requests: 50_000, bytes: 48_000_000 };

const RESULTS_A_PAGE = 1000;
const BATCHES_A_PAGE = 100;
const DAY_MS = 86_400_000;

/** A reply names a batch by counters, and has no status. `create_time` is a day. */
const batchSchema = z.object({
  batch_id: z.string(),
  name: z.string().nullish(),
  create_time: z.string().nullish(),
  cancel_time: z.string().nullish(),
  cancel_by_xai_message: z.string().nullish(),
  state: z
    .object({
      num_requests: z.number().default(0),
      num_pending: z.number().default(0),
      num_success: z.number().default(0),
      num_error: z.number().default(0),
      num_cancelled: z.number().default(0),
    })
    .prefault({}),
});

const listSchema = z.object({
  batches: z.array(batchSchema).default([]),
  pagination_token: z.string().nullish(),
});

const resultSchema = z.object({
  batch_request_id: z.string(),
  batch_result: z
    .object({
      response: z.object({ chat_get_completion: z.unknown() }).partial().nullish(),
      error: z
        .object({
          code: z.union([z.number(), z.string()]).nullish(),
          message: z.string().nullish(),
        })
        .nullish(),
    })
    .nullish(),
  error_message: z.string().nullish(),
});

const resultsSchema = z.object({
  results: z.array(z.unknown()).default([]),
  pagination_token: z.string().nullish(),
});

/** google.rpc.Code: cancelled, deadline exceeded, resource exhausted, aborted, internal, unavailable. */
const PASSING_CODES: readonly unknown[] = [1, 4, 8, 10, 13, 14];
const PASSING_WORDS = /^(batch_)?(cancelled|deadline_exceeded|unavailable|internal|aborted)/i;

/**
 * xAI's Batch interface: a file of OpenAI's requests in, pages of results out. The batch has a name of
 * ours, by which it is found again. Shapes: `xai-proto` of May 2026 (proto/xai/api/v1/batch.proto),
 * `@ai-sdk/xai` 5.0.12 (src/xai-batch.ts) and replies of the vendor that `ruby_llm` recorded in August 2026.
 */
export function createXaiBatchEngine(client: () => OpenAI): BatchEngine {
  const retrieve = async (id: string) =>
    batchSchema.parse(await client().get(`/batches/${encodeURIComponent(id)}`));

  return {
    limits: LIMITS,
    priceShare: HALF_PRICE,
    line: (customId, body) => ({
      custom_id: customId,
      method: 'POST',
      url: '/v1/chat/completions',
      body,
    }),
    async submit(file, label) {
      const input_file_id = await uploadFile(client(), file);
      const made = await client().post('/batches', {
        body: { name: label, input_file_id },
        maxRetries: 0,
      });
      return batchSchema.parse(made).batch_id;
    },
    async find({ label, sinceMs }) {
      for (let token: string | undefined; ; ) {
        const query = { limit: BATCHES_A_PAGE, ...(token && { pagination_token: token }) };
        const page = listSchema.parse(await client().get('/batches', { query }));
        const found = page.batches.find(({ name }) => name === label);
        if (found) return found.batch_id;
        token = page.pagination_token ?? undefined;
        // The list's order is not documented: it is read until a whole page is older.
        const isOld =
          page.batches.length > 0 &&
          page.batches.every(({ create_time }) => isBefore(create_time, sinceMs));
        if (!token || isOld) return undefined;
      }
    },
    async status(id, requests) {
      const { state, cancel_time, cancel_by_xai_message: message } = await retrieve(id);
      const { num_requests, num_pending, num_success, num_error, num_cancelled } = state;
      const isCancelled = Boolean(cancel_time ?? message);
      // It counts those alone that it has read from the file.
      const hasEnded = isCancelled || (num_requests >= requests && num_pending === 0);
      return {
        hasEnded,
        done: num_success,
        failed: num_error + num_cancelled,
        ...(isCancelled && { ending: message ?? 'cancelled' }),
        // Not one of its requests was asked: the file or the model was refused.
        ...(message && num_success + num_error === 0 && { refused: { message, again: false } }),
      };
    },
    results: (id) =>
      readEach(resultsOf(client(), id), (result) => readXaiResult(resultSchema.parse(result))),
    async cancel(id) {
      await client().post(`/batches/${encodeURIComponent(id)}:cancel`, { body: {} });
    },
  };
}

/** Page by page. */
async function* resultsOf(client: OpenAI, id: string): AsyncIterable<unknown> {
  for (let token: string | undefined; ; ) {
    const query = { limit: RESULTS_A_PAGE, ...(token && { pagination_token: token }) };
    const path = `/batches/${encodeURIComponent(id)}/results`;
    const page = resultsSchema.parse(await client.get(path, { query }));
    yield* page.results;
    token = page.pagination_token ?? undefined;
    if (!token) return;
  }
}

const isBefore = (day: string | null | undefined, sinceMs: number): boolean =>
  day !== null && day !== undefined && Date.parse(day) < sinceMs - 2 * DAY_MS;

function readXaiResult({
  batch_request_id: customId,
  batch_result,
  error_message,
}: z.output<typeof resultSchema>): BatchResult {
  const raw = batch_result?.response?.chat_get_completion;
  const error = batch_result?.error;
  const hasFailed = Boolean(error_message) || (error && error.code !== 0 && error.code !== '0');
  if (raw !== undefined && raw !== null && !hasFailed) return { customId, raw };
  const { code } = error ?? {};
  const failure =
    error_message || error?.message || (code ? `code ${code}` : 'neither a response nor an error');
  return {
    customId,
    failure,
    again: PASSING_CODES.includes(Number(code)) || PASSING_WORDS.test(String(code ?? '')),
  };
}
