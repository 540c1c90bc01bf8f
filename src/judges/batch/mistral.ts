import type OpenAI from 'openai';
import { z } from 'zod';
import { type BatchEngine, HALF_PRICE } from '../batch.ts';
import { LABELLED_SKEW_MS } from './clock-skew.ts';
import type { EngineSetting } from './engine-setting.ts';
import { resultsIn } from './result-lines.ts';
import { uploadFile } from './upload-file.ts';

/**
 * https://docs.mistral.ai/resources/known-limitations, read in November 2026: 512 MB, 100,000 requests. Less
 * here, since a file is in memory while it is sent, and several wait on the disk.
 */
const LIMITS = { requests: 100_000, bytes: 200_000_000 };

const LABEL_KEY = 'promptfoo_iqa';
const JOBS_A_PAGE = 100;

/** Hours after which the vendor gives up. */
const TIMEOUT_HOURS = 24;

const ENDED = ['SUCCESS', 'FAILED', 'TIMEOUT_EXCEEDED', 'CANCELLED'];

const jobSchema = z.object({
  id: z.string(),
  status: z.string(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
  output_file: z.string().nullish(),
  error_file: z.string().nullish(),
  errors: z.array(z.object({ message: z.string() })).nullish(),
  succeeded_requests: z.number().default(0),
  failed_requests: z.number().default(0),
});

const listSchema = z.object({ data: z.array(jobSchema).default([]) });

/**
 * Mistral's batch jobs: a job names a model and the files of its requests. Shapes: `@mistralai/mistralai`
 * 2.7.0 (models/components/batchjob.ts, createbatchjobrequest.ts) and replies of the vendor that
 * `ruby_llm` recorded in August 2026.
 */
export function createMistralBatchEngine(
  client: () => OpenAI,
  { model }: EngineSetting,
): BatchEngine {
  const retrieve = async (id: string) =>
    jobSchema.parse(await client().get(`/batch/jobs/${encodeURIComponent(id)}`));

  return {
    limits: LIMITS,
    priceShare: HALF_PRICE,
    line: (customId, body) => ({ custom_id: customId, body }),
    async submit(file, label) {
      const input = await uploadFile(client(), file);
      const made = await client().post('/batch/jobs', {
        body: {
          input_files: [input],
          endpoint: '/v1/chat/completions',
          model,
          metadata: { [LABEL_KEY]: label },
          timeout_hours: TIMEOUT_HOURS,
        },
        maxRetries: 0,
      });
      return jobSchema.parse(made).id;
    },
    async find({ label, sinceMs }) {
      const created_after = new Date(sinceMs - LABELLED_SKEW_MS).toISOString();
      for (let page = 0; ; page++) {
        const query = { page, page_size: JOBS_A_PAGE, created_after };
        const { data } = listSchema.parse(await client().get('/batch/jobs', { query }));
        const found = data.find(({ metadata }) => metadata?.[LABEL_KEY] === label);
        if (found) return found.id;
        if (data.length < JOBS_A_PAGE) return undefined;
      }
    },
    async status(id) {
      const job = await retrieve(id);
      // The files may come a little after the state that tells of them.
      const isComplete = job.succeeded_requests === 0 || Boolean(job.output_file || job.error_file);
      const hasEnded = ENDED.includes(job.status) && isComplete;
      const words = job.errors?.map(({ message }) => message).join('; ');
      const isRefused = job.status === 'FAILED' && !job.output_file && !job.error_file;
      return {
        hasEnded,
        done: job.succeeded_requests,
        failed: job.failed_requests,
        ...(hasEnded && job.status !== 'SUCCESS' && { ending: words || job.status }),
        ...(isRefused && { refused: { message: words || 'no reason', again: false } }),
      };
    },
    async *results(id) {
      const { output_file, error_file } = await retrieve(id);
      for (const file of [output_file, error_file]) {
        if (file) yield* resultsIn(await client().files.content(file));
      }
    },
    async cancel(id) {
      await client().post(`/batch/jobs/${encodeURIComponent(id)}/cancel`);
    },
  };
}
