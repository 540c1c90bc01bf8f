import type OpenAI from 'openai';
import type { BatchEngine } from '../batch.ts';
import { createOpenaiBatchEngine } from '../openai/batch-engine.ts';
import { endpointRow } from '../openai/endpoints.ts';
import type { BatchEngineName, BatchOptions } from './batch-options.ts';
import type { EngineSetting } from './engine-setting.ts';
import { createMistralBatchEngine } from './mistral.ts';
import { createOpenrouterBatchEngine } from './openrouter.ts';
import { createTogetherBatchEngine } from './together.ts';
import { withLimits } from './with-limits.ts';
import { createXaiBatchEngine } from './xai.ts';

/** Adding an engine is a file, its name in `BATCH_ENGINES`, a line here, and its name in the rows
 * of `../openai/endpoints.json` whose hosts have it. */
const engines: Record<
  BatchEngineName,
  (client: () => OpenAI, setting: EngineSetting) => BatchEngine
> = {
  openai: createOpenaiBatchEngine,
  xai: createXaiBatchEngine,
  together: createTogetherBatchEngine,
  mistral: createMistralBatchEngine,
  openrouter: createOpenrouterBatchEngine,
};

/** The engine that an endpoint of OpenAI's protocol has, as far as its host tells. */
export const engineOfHost = (endpoint: string): BatchEngineName =>
  endpointRow(endpoint)?.batchEngine ?? 'openai';

/**
 * The batch engine of an endpoint that speaks OpenAI's protocol.
 *
 * @returns undefined: it takes no requests of the interface that is asked
 */
export function createBatchEngine(
  client: () => OpenAI,
  setting: EngineSetting,
  options: BatchOptions = {},
): BatchEngine | undefined {
  const name = options.engine ?? engineOfHost(setting.endpoint);
  if (setting.path === '/responses' && name !== 'openai') return undefined;
  return withLimits(engines[name](client, setting), options);
}
