import { createReadStream } from 'node:fs';
import type Anthropic from '@anthropic-ai/sdk';
import { z } from 'zod';
import { textLines } from '../../common/text-lines.ts';
import { byServersClock, CLOCK_SKEW_MS } from '../batch/clock-skew.ts';
import { readEach } from '../batch/result-lines.ts';
import { type BatchEngine, type BatchResult, HALF_PRICE } from '../batch.ts';
import { uploadClient } from '../upload-client.ts';

/**
 * https://platform.claude.com/docs/en/build-with-claude/batch-processing: 100,000 requests or 256 MB a
 * batch. Less here, since the SDK takes a batch as one object in memory; images go in by file id.
 */
const LIMITS = { requests: 100_000, bytes: 100_000_000 };

const requestSchema = z.object({ custom_id: z.string(), params: z.looseObject({}) });

const innerSchema = z.object({ type: z.string(), message: z.string() });
const errorSchema = z
  .object({ error: innerSchema })
  .transform(({ error }) => error)
  .or(innerSchema);

/** Failures of the vendor, not of the request. */
const PASSING = ['api_error', 'overloaded_error', 'rate_limit_error', 'timeout_error'];

/** Anthropic's Message Batches. */
export function createAnthropicBatchEngine(client: () => Anthropic): BatchEngine {
  const batches = () => client().messages.batches;
  return {
    limits: LIMITS,
    priceShare: HALF_PRICE,
    line: (customId, body) => ({ custom_id: customId, params: body }),
    async submit(file) {
      const requests: Anthropic.Messages.BatchCreateParams.Request[] = [];
      for await (const line of textLines(createReadStream(file))) {
        requests.push(requestSchema.parse(JSON.parse(line)) as unknown as (typeof requests)[0]);
      }
      const { messages } = await uploadClient(client(), file);
      return (await messages.batches.create({ requests }, { maxRetries: 0 })).id;
    },
    async find({ requests, sinceMs, isKnown }) {
      // Batches carry no label: it is the one of this size that nobody here knows. Its requests' names
      // show, when it has ended, whether it is ours.
      const { data: newest, response } = await batches().list({ limit: 100 }).withResponse();
      const earliestMs = byServersClock(sinceMs, response.headers) - CLOCK_SKEW_MS;
      for await (const batch of newest) {
        if (Date.parse(batch.created_at) < earliestMs) return undefined;
        const { canceled, errored, expired, processing, succeeded } = batch.request_counts;
        const size = canceled + errored + expired + processing + succeeded;
        if (size === requests && !isKnown(batch.id)) return batch.id;
      }
      return undefined;
    },
    async status(id) {
      const { processing_status, request_counts } = await batches().retrieve(id);
      const { canceled, errored, expired, succeeded } = request_counts;
      return {
        hasEnded: processing_status === 'ended',
        done: succeeded,
        failed: canceled + errored + expired,
      };
    },
    async *results(id) {
      yield* readEach(await batches().results(id), ({ custom_id, result }) =>
        readResult(custom_id, result),
      );
    },
    async cancel(id) {
      await batches().cancel(id);
    },
  };
}

function readResult(
  customId: string,
  result: Anthropic.Messages.Batches.MessageBatchResult,
): BatchResult {
  switch (result.type) {
    case 'succeeded':
      return { customId, raw: result.message };
    case 'errored': {
      // A gateway may leave out one of the two objects around it.
      const { type, message } = errorSchema.parse(result.error);
      return { customId, failure: `${type}: ${message}`, again: PASSING.includes(type) };
    }
    case 'expired':
      return { customId, failure: 'expired: not answered within 24 hours', again: true };
    case 'canceled':
      return { customId, failure: 'canceled', again: true };
    default:
      return { customId, failure: `unknown result: ${JSON.stringify(result)}`, again: false };
  }
}
