import type { BatchEngine } from '../batch.ts';
import type { BatchOptions } from './batch-options.ts';

/** An engine with the limits that the configuration gives in the place of its own, smaller or larger. */
export const withLimits = (
  engine: BatchEngine,
  { maxRequests, maxFileBytes }: Pick<BatchOptions, 'maxRequests' | 'maxFileBytes'> = {},
): BatchEngine => ({
  ...engine,
  limits: {
    requests: maxRequests ?? engine.limits.requests,
    bytes: maxFileBytes ?? engine.limits.bytes,
  },
});
