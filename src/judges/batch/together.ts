import { randomUUID } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import type OpenAI from 'openai';
import { z } from 'zod';
import type { BatchEngine } from '../batch.ts';
import { openaiSdk } from '../sdks.ts';
import { uploadClient } from '../upload-client.ts';
import { LABELLED_SKEW_MS } from './clock-skew.ts';
import { resultsIn } from './result-lines.ts';

/** https://docs.together.ai/docs/batch-inference, read in November 2026: 50,000 requests and 100 MB a file. */
const LIMITS = { requests: 50_000, bytes: 100_000_000 };

/** The discount is up to 50 %, and most models have none: this is what is owed at most. */
const FULL_PRICE = 1;

const ENDED = ['COMPLETED', 'FAILED', 'EXPIRED', 'CANCELLED'];

const jobSchema = z.object({
  id: z.string(),
  status: z.string(),
  created_at: z.string().nullish(),
  input_file_id: z.string().nullish(),
  output_file_id: z.string().nullish(),
  error_file_id: z.string().nullish(),
  error: z.string().nullish(),
  /** From 0 to 100. */
  progress: z.number().nullish(),
});

const fileSchema = z.object({ id: z.string(), filename: z.string().nullish() });

/**
 * Together's Batch interface: OpenAI's, but that the uploaded file has the label in its name, since a
 * batch takes none, and that only a share tells how far it is. Shapes: `together-ai` 0.52.0
 * (src/resources/batches.ts) and Together's OpenAPI description of April 2026 (`/files/upload`).
 */
export function createTogetherBatchEngine(client: () => OpenAI): BatchEngine {
  const retrieve = async (id: string) =>
    jobSchema.parse(await client().get(`/batches/${encodeURIComponent(id)}`));

  const nameOf = async (fileId: string): Promise<string | undefined> => {
    try {
      const file = await client().get(`/files/${encodeURIComponent(fileId)}`);
      return fileSchema.parse(file).filename ?? undefined;
    } catch (error) {
      // The file of another batch, deleted since.
      if (error instanceof openaiSdk().NotFoundError) return undefined;
      throw error;
    }
  };

  return {
    limits: LIMITS,
    priceShare: FULL_PRICE,
    line: (customId, body) => ({ custom_id: customId, body }),
    async submit(file, label) {
      const name = nameFor(label);
      const sending = await uploadClient(client(), file);
      const uploaded = await sending.post('/files/upload', await uploadForm(file, name));
      const { id } = fileSchema.parse(uploaded);
      const made = await client().post('/batches', {
        body: { input_file_id: id, endpoint: '/v1/chat/completions', completion_window: '24h' },
        maxRetries: 0,
      });
      return z.object({ job: jobSchema.pick({ id: true }) }).parse(made).job.id;
    },
    async find({ label, sinceMs, isKnown }) {
      for (const job of z.array(jobSchema).parse(await client().get('/batches'))) {
        const isOld = job.created_at && Date.parse(job.created_at) < sinceMs - LABELLED_SKEW_MS;
        if (isOld || isKnown(job.id) || !job.input_file_id) continue;
        if ((await nameOf(job.input_file_id)) === nameFor(label)) return job.id;
      }
      return undefined;
    },
    async status(id, requests) {
      const { status, progress, error, output_file_id, error_file_id } = await retrieve(id);
      // The files may come a little after the state that tells of them.
      const isComplete = status !== 'COMPLETED' || Boolean(output_file_id || error_file_id);
      const hasEnded = ENDED.includes(status) && isComplete;
      const isRefused = status === 'FAILED' && !output_file_id;
      return {
        hasEnded,
        done: Math.round((requests * (progress ?? 0)) / 100),
        // It tells none until it has ended.
        failed: 0,
        ...(hasEnded && status !== 'COMPLETED' && { ending: error || status }),
        ...(isRefused && { refused: { message: error || 'no reason', again: false } }),
      };
    },
    async *results(id) {
      const { output_file_id, error_file_id } = await retrieve(id);
      for (const file of [output_file_id, error_file_id]) {
        if (file) yield* resultsIn(await client().files.content(file));
      }
    },
    async cancel(id) {
      await client().post(`/batches/${encodeURIComponent(id)}/cancel`);
    },
  };
}

/**
 * A form, written out here: where a long time limit needs another `fetch`, that does not know Node's own forms,
 * and so the file is read as it is sent.
 */
async function uploadForm(file: string, name: string) {
  const boundary = `promptfoo-iqa-${randomUUID()}`;
  const start = (disposition: string) =>
    `--${boundary}\r\ncontent-disposition: form-data; ${disposition}\r\n`;
  const fields = Object.entries({ purpose: 'batch-api', file_name: name, file_type: 'jsonl' });
  const head = fields
    .map(([field, value]) => `${start(`name="${field}"`)}\r\n${value}\r\n`)
    .join('');
  const of = `${start(`name="file"; filename="${name}"`)}content-type: application/jsonl\r\n\r\n`;
  return {
    body: new Blob([head, of, await openAsBlob(file), `\r\n--${boundary}--\r\n`]),
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  };
}

const nameFor = (label: string): string => `${label}.jsonl`;
