import { z } from 'zod';

/** Names of the engines that an endpoint of OpenAI's protocol may have, as `judgeOptions.batch.engine` names them. */
export const BATCH_ENGINES = ['openai', 'xai', 'together', 'mistral', 'openrouter'] as const;
export type BatchEngineName = (typeof BATCH_ENGINES)[number];

const positiveInteger = z.number().int().positive();

export const batchOptionsSchema = z
  .strictObject({
    engine: z
      .enum(BATCH_ENGINES)
      .exactOptional()
      .describe(
        "Whose batch interface the endpoint of an `openai:` judge speaks. Default: by the endpoint's host, OpenAI's where nothing is known.",
      ),
    maxRequests: positiveInteger
      .exactOptional()
      .describe("Most requests of one batch. Default: the engine's own limit."),
    maxFileBytes: positiveInteger
      .exactOptional()
      .describe("Largest batch file, in bytes. Default: the engine's own limit."),
  })
  .describe('How `batch submit` reaches the batch engine, and what that takes at once.');

export type BatchOptions = z.output<typeof batchOptionsSchema>;
