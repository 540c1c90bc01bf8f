import { createReadStream } from 'node:fs';
import type OpenAI from 'openai';
import { LABELLED_SKEW_MS } from '../batch/clock-skew.ts';
import type { EngineSetting } from '../batch/engine-setting.ts';
import { resultsIn } from '../batch/result-lines.ts';
import { type BatchEngine, HALF_PRICE } from '../batch.ts';
import { uploadClient } from '../upload-client.ts';

/** https://platform.openai.com/docs/guides/batch: 50,000 requests and 200 MB a file. */
const LIMITS = { requests: 50_000, bytes: 200_000_000 };

const LABEL_KEY = 'promptfoo_iqa';

const ENDED = ['completed', 'expired', 'cancelled', 'failed'];

/**
 * OpenAI's Batch interface: a file of requests in, one or two files of replies out.
 *
 * @param setting.path of the interface that answers the requests, below the client's address
 */
export function createOpenaiBatchEngine(
  client: () => OpenAI,
  { path = '/chat/completions' }: Pick<EngineSetting, 'path'> = {},
): BatchEngine {
  const endpoint = `/v1${path}` as const;
  return {
    limits: LIMITS,
    priceShare: HALF_PRICE,
    line: (customId, body) => ({
      custom_id: customId,
      method: 'POST',
      url: endpoint,
      body,
    }),
    async submit(file, label) {
      const input = await (await uploadClient(client(), file)).files.create({
        file: createReadStream(file),
        purpose: 'batch',
      });
      const batch = await client().batches.create(
        {
          input_file_id: input.id,
          endpoint,
          completion_window: '24h',
          metadata: { [LABEL_KEY]: label },
        },
        { maxRetries: 0 },
      );
      return batch.id;
    },
    async find({ label, sinceMs }) {
      for await (const batch of client().batches.list({ limit: 100 })) {
        if (batch.metadata?.[LABEL_KEY] === label) return batch.id;
        // The newest come first.
        if (batch.created_at * 1000 < sinceMs - LABELLED_SKEW_MS) return undefined;
      }
      return undefined;
    },
    async status(id) {
      const batch = await client().batches.retrieve(id);
      const { status, request_counts, errors } = batch;
      const problems = errors?.data ?? [];
      const done = request_counts?.completed ?? 0;
      // The files may come a little after the state that tells of them.
      const isComplete = done === 0 || Boolean(batch.output_file_id || batch.error_file_id);
      const hasEnded = ENDED.includes(status) && isComplete;
      return {
        hasEnded,
        done,
        failed: request_counts?.failed ?? 0,
        ...(hasEnded && status !== 'completed' && { ending: status }),
        ...(status === 'failed' && {
          refused: {
            message: problems.map(({ message, code }) => message ?? code).join('; ') || 'no reason',
            // The vendor takes only so many tokens at a time.
            again: problems.some(({ code }) => code?.includes('limit')),
          },
        }),
      };
    },
    async *results(id) {
      const { output_file_id, error_file_id } = await client().batches.retrieve(id);
      for (const file of [output_file_id, error_file_id]) {
        if (file) yield* resultsIn(await client().files.content(file));
      }
    },
    async cancel(id) {
      await client().batches.cancel(id);
    },
  };
}
