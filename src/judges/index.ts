import type { ProviderConfig } from '../config.ts';
import { ConfigError, suggestion } from '../config-error.ts';
import type { PixelPool } from '../pixel-pool.ts';
import { createAnthropicJudge } from './anthropic.ts';
import { noteConfiguredSecrets, noteKeyVariable } from './api-key.ts';
import { type GuardedJudge, guard } from './guard.ts';
import type { Judge } from './judge.ts';
import { createLlamaJudge } from './llama.ts';
import { NETWORK_MAX_PIXELS } from './network-pixels.ts';
import { createOpenaiJudge } from './openai.ts';
import { priceOf } from './price.ts';
import { createPromptfooJudge } from './promptfoo.ts';
import { createStatisticalJudge } from './statistical.ts';

interface Surroundings {
  /** What stands behind the colon in `judge: <name>:<model>`. */
  model: string | undefined;
  options: ProviderConfig['judgeOptions'];
  pool: PixelPool;
  /** Folder of the configuration file. */
  basePath: string;
  /** Of an image as it is sent over a network. */
  maxPixels: number | 'unlimited';
}

/** Ways of asking, by the name before the colon. Adding one is a file, a line here and a test. */
const judges: Record<string, (surroundings: Surroundings) => Judge> = {
  anthropic: ({ model, options }) => createAnthropicJudge(model, options),
  llama: ({ model, options, maxPixels }) => createLlamaJudge(model, options, maxPixels),
  openai: ({ model, options }) => createOpenaiJudge(model, options),
  promptfoo: ({ model, options, basePath }) => createPromptfooJudge(model, options, basePath),
  statistical: ({ model, pool }) => {
    if (model) {
      throw new ConfigError(
        `judge: "statistical:${model}": the embedded judge has no models; write statistical`,
      );
    }
    return createStatisticalJudge(pool);
  },
};

export const judgeNames: readonly string[] = Object.keys(judges);

/**
 * The judge that a configuration names, limited to its number of questions at once, every answer
 * checked and priced.
 *
 * @param basePath folder of the configuration file: what `promptfoo:file://` is relative to
 * @throws ConfigError unknown judge
 */
export function createJudge(
  config: Pick<ProviderConfig, 'judge' | 'judgeOptions'> & Partial<Pick<ProviderConfig, 'image'>>,
  pool: PixelPool,
  basePath = '',
): GuardedJudge {
  const [name = '', ...rest] = config.judge.split(':');
  const create = judges[name];
  if (!create)
    throw new ConfigError(
      `judge: unknown judge "${config.judge}", ${suggestion(name, judgeNames)}`,
    );
  const { apiKeyEnv, request } = config.judgeOptions;
  // Known before anything is asked: a provider of promptfoo's reads its key itself.
  if (apiKeyEnv !== undefined) noteKeyVariable(apiKeyEnv);
  noteConfiguredSecrets(request, 'judgeOptions.request');
  const judge = create({
    model: rest.length > 0 ? rest.join(':') : undefined,
    options: config.judgeOptions,
    pool,
    basePath,
    maxPixels: config.image?.maxPixels ?? NETWORK_MAX_PIXELS,
  });
  return guard(
    judge,
    config.judgeOptions.maxConcurrency ?? judge.defaultMaxConcurrency,
    priceOf(config.judge, config.judgeOptions).costUsd,
  );
}
