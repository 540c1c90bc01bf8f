import { ConfigError } from '../../common/config-error.ts';
import type { Judge } from '../judge.ts';
import type { BatchOptions } from './batch-options.ts';

/**
 * What is said about batches is kept to, or refused.
 *
 * @throws ConfigError the judge has no batch engine, or one that is not chosen
 */
export function refuseBatchOptions(
  { id, batch }: Pick<Judge, 'id' | 'batch'>,
  options: BatchOptions | undefined,
): void {
  if (options === undefined) return;
  if (!batch) {
    throw new ConfigError(
      `judge: "${id}": judgeOptions.batch (found ${JSON.stringify(options)}) cannot be kept to, because this judge has no batch engine; remove it`,
    );
  }
  if (options.engine !== undefined && !id.startsWith('openai:')) {
    throw new ConfigError(
      `judge: "${id}": judgeOptions.batch.engine (found "${options.engine}") is for endpoints of OpenAI's protocol; remove it`,
    );
  }
}
