import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type OpenAI from 'openai';
import { z } from 'zod';
import type { BatchEngine, BatchResult } from '../batch.ts';
import { errorWords } from '../error-words.ts';
import { patientClient } from '../patient-client.ts';

/** https://platform.openai.com/docs/guides/batch: 50,000 requests and 200 MB a file. */
const LIMITS = { requests: 50_000, bytes: 200_000_000 };

const LABEL_KEY = 'promptfoo_iqa';

/** Clocks differ: a batch may seem to be older than the moment in which it was submitted. */
const CLOCK_SKEW_MS = 600_000;

const ENDED = ['completed', 'expired', 'cancelled', 'failed'];

/** Only what is read, so that additions to the interface break nothing. */
const lineSchema = z.object({
  custom_id: z.string(),
  response: z.object({ status_code: z.number(), body: z.unknown() }).nullish(),
  error: z.object({ code: z.string().nullish(), message: z.string().nullish() }).nullish(),
});

/** OpenAI's Batch interface: a file of requests in, one or two files of replies out. */
export function createOpenaiBatchEngine(client: () => OpenAI): BatchEngine {
  return {
    limits: LIMITS,
    line: (customId, body) => ({
      custom_id: customId,
      method: 'POST',
      url: '/v1/chat/completions',
      body,
    }),
    async submit(file, label) {
      const input = await (await patientClient(client(), file)).files.create({
        file: createReadStream(file),
        purpose: 'batch',
      });
      const batch = await client().batches.create(
        {
          input_file_id: input.id,
          endpoint: '/v1/chat/completions',
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
        if (batch.created_at * 1000 < sinceMs - CLOCK_SKEW_MS) return undefined;
      }
      return undefined;
    },
    async status(id) {
      const { status, request_counts, errors } = await client().batches.retrieve(id);
      const problems = errors?.data ?? [];
      return {
        hasEnded: ENDED.includes(status),
        done: request_counts?.completed ?? 0,
        failed: request_counts?.failed ?? 0,
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

async function* resultsIn(content: Response): AsyncIterable<BatchResult> {
  if (!content.body) return;
  const lines = createInterface({ input: Readable.from(content.body), crlfDelay: Infinity });
  for await (const line of lines) {
    if (line.trim() !== '') yield readLine(lineSchema.parse(JSON.parse(line)));
  }
}

function readLine({ custom_id, response, error }: z.output<typeof lineSchema>): BatchResult {
  const customId = custom_id;
  if (!response || error) {
    const failure = error?.message ?? error?.code ?? 'neither a response nor an error';
    return { customId, failure, again: /expired|cancel/.test(error?.code ?? '') };
  }
  const { status_code, body } = response;
  if (status_code === 200) return { customId, raw: body };
  const words = errorWords(body) ?? JSON.stringify(body);
  return {
    customId,
    failure: `status ${status_code}: ${words}`,
    again: status_code === 408 || status_code === 409 || status_code === 429 || status_code >= 500,
  };
}
