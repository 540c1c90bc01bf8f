import type { GoogleGenAI } from '@google/genai';
import { z } from 'zod';
import { LABELLED_SKEW_MS } from '../batch/clock-skew.ts';
import { type BatchEngine, HALF_PRICE } from '../batch.ts';
import { batchResultsIn } from './batch-results.ts';
import { googleFailure } from './google-failure.ts';
import { rawReply } from './raw-reply.ts';

/**
 * https://ai.google.dev/gemini-api/docs/batch-api, read in November 2026: 2 GB a file, of the 20 GB that a
 * project's files may have. No number of requests is documented.
 */
const LIMITS = { requests: 50_000, bytes: 2_000_000_000 };

const JOBS_A_PAGE = 100;

const ENDED = ['SUCCEEDED', 'PARTIALLY_SUCCEEDED', 'FAILED', 'CANCELLED', 'EXPIRED'];

/** The interface writes numbers of 64 bits as texts, and leaves those out that are 0. */
const count = z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]).default(0);

/** https://ai.google.dev/api/batch-api: of it, the SDK hands on neither the counts nor the error. */
const operationSchema = z.object({
  name: z.string(),
  metadata: z
    .object({
      state: z
        .string()
        .transform((state) => state.replace(/^(BATCH|JOB)_STATE_/, ''))
        .default('UNSPECIFIED'),
      batchStats: z
        .object({ successfulRequestCount: count, failedRequestCount: count })
        .prefault({}),
      output: z.object({ responsesFile: z.string().nullish() }).nullish(),
    })
    .prefault({}),
  response: z.object({ responsesFile: z.string().nullish() }).nullish().catch(undefined),
  error: z.object({ message: z.string().nullish() }).nullish(),
});

interface EngineSetting {
  model: string;
  timeoutMs: number;
  /** The client's own. */
  fetch: typeof globalThis.fetch;
  /** The contents of a file, by its name: `files/abc`. */
  download(file: string): Promise<Response>;
}

/** AI Studio's Batch interface: a file of requests in, a file of replies out. */
export function createGoogleBatchEngine(
  client: () => GoogleGenAI,
  { model, timeoutMs, fetch, download }: EngineSetting,
): BatchEngine {
  const inWords = <Made>(work: () => Promise<Made>): Promise<Made> =>
    work().catch((error: unknown) => {
      throw readable(error, timeoutMs);
    });

  const retrieve = (id: string) =>
    inWords(async () =>
      operationSchema.parse(
        await rawReply(fetch, (httpOptions) =>
          client().batches.get({ name: nameOf(id), config: { httpOptions } }),
        ),
      ),
    );

  return {
    limits: LIMITS,
    priceShare: HALF_PRICE,
    line: (customId, body) => ({ key: customId, request: body }),
    submit: (file, label) =>
      inWords(async () => {
        const { name } = await client().files.upload({
          file,
          config: { mimeType: 'application/jsonl', displayName: label },
        });
        if (!name) throw new Error('the upload of the batch file brought no name');
        const made = await client().batches.create({
          model,
          src: { fileName: name },
          config: { displayName: label },
        });
        if (!made.name) throw new Error('the batch has no name');
        return idOf(made.name);
      }),
    find: ({ label, sinceMs }) =>
      inWords(async () => {
        const jobs = await client().batches.list({ config: { pageSize: JOBS_A_PAGE } });
        for (let { page } = jobs; ; page = await jobs.nextPage()) {
          const found = page.find(({ displayName }) => displayName === label);
          if (found?.name) return idOf(found.name);
          // The list's order is not documented: it is read until a whole page is older.
          const isOld =
            page.length > 0 &&
            page.every(
              ({ createTime }) => Date.parse(createTime ?? '') < sinceMs - LABELLED_SKEW_MS,
            );
          if (isOld || !jobs.hasNextPage()) return undefined;
        }
      }),
    async status(id) {
      const { metadata, error, ...job } = await retrieve(id);
      const { state, batchStats } = metadata;
      // The file of replies may come a little after the state that tells of it.
      const isComplete = state !== 'SUCCEEDED' || fileOf({ metadata, ...job }) !== undefined;
      const hasEnded = ENDED.includes(state) && isComplete;
      const words = error?.message ?? state;
      return {
        hasEnded,
        done: batchStats.successfulRequestCount,
        failed: batchStats.failedRequestCount,
        ...(hasEnded && state !== 'SUCCEEDED' && { ending: words }),
        ...(state === 'FAILED' &&
          !fileOf({ metadata, ...job }) && { refused: { message: words, again: false } }),
      };
    },
    async *results(id) {
      const file = fileOf(await retrieve(id));
      if (file) yield* batchResultsIn(await inWords(() => download(file)));
    },
    async cancel(id) {
      await inWords(() => client().batches.cancel({ name: nameOf(id) }));
    },
  };
}

/** The interface names a batch `batches/abc`. */
const idOf = (name: string): string => name.replace(/^batches\//, '');
const nameOf = (id: string): string => `batches/${id}`;

const fileOf = ({
  metadata,
  response,
}: Pick<z.output<typeof operationSchema>, 'metadata' | 'response'>): string | undefined =>
  metadata.output?.responsesFile ?? response?.responsesFile ?? undefined;

/** An error that says in words what the SDK hands on as JSON, and keeps its status. */
function readable(error: unknown, timeoutMs: number): unknown {
  const failure = googleFailure(error);
  switch (failure?.kind) {
    case 'status':
      return Object.assign(new Error(failure.words, { cause: error }), { status: failure.status });
    case 'timeout':
      return Object.assign(
        new Error(`no reply within ${timeoutMs} ms; raise judgeOptions.timeoutMs`, {
          cause: error,
        }),
        { code: 'ETIMEDOUT' },
      );
    default:
      return error;
  }
}
