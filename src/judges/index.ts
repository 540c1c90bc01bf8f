import { ConfigError, suggestion } from '../common/config-error.ts';
import { noteConfiguredSecrets, noteKeyVariable } from '../common/known-secrets.ts';
import { createAnthropicJudge } from './anthropic.ts';
import { refuseBatchOptions } from './batch/refuse-options.ts';
import { type CheckedJudge, checkedJudge } from './checked-judge.ts';
import { createGoogleJudge } from './google.ts';
import type { Judge } from './judge.ts';
import type { JudgeOptions } from './judge-options.ts';
import { createLlamaJudge } from './llama.ts';
import { NETWORK_MAX_PIXELS } from './network-pixels.ts';
import { createOpenaiJudge } from './openai.ts';
import type { PixelWork } from './pixel-work.ts';
import { priceOf } from './price.ts';
import { createPromptfooJudge } from './promptfoo.ts';
import { refuseUnusedOptions } from './refuse-unused-options.ts';
import { createSimulatedJudge } from './simulated.ts';
import { createStatisticalJudge } from './statistical.ts';

/** What a provider's configuration says of its judge. */
export interface NamedJudge {
  judge: string;
  judgeOptions: JudgeOptions;
  image?: { maxPixels?: number | 'unlimited' | undefined };
}

interface Surroundings {
  /** What stands behind the colon in `judge: <name>:<model>`. */
  model: string | undefined;
  options: JudgeOptions;
  pool: PixelWork;
  /** Folder of the configuration file. */
  basePath: string;
  /** Of an image as it is sent over a network. */
  maxPixels: number | 'unlimited';
}

/** Ways of asking, by the name before the colon. Adding one is a file, a line here and a test. */
const judges: Record<string, (surroundings: Surroundings) => Judge> = {
  anthropic: ({ model, options }) => createAnthropicJudge(model, options),
  google: ({ model, options }) => createGoogleJudge(model, options),
  llama: ({ model, options, maxPixels }) => createLlamaJudge(model, options, maxPixels),
  openai: ({ model, options }) => createOpenaiJudge(model, options),
  promptfoo: ({ model, options, basePath }) => createPromptfooJudge(model, options, basePath),
  simulated: ({ model, options, pool }) => {
    refuseModel('simulated', model);
    return createSimulatedJudge(options, pool);
  },
  statistical: ({ model, options, pool }) => {
    refuseModel('statistical', model);
    if (options.price) {
      throw new ConfigError(
        'judgeOptions.price: the embedded judge computes its answers here and costs nothing; remove it',
      );
    }
    return createStatisticalJudge(pool);
  },
};

function refuseModel(name: string, model: string | undefined): void {
  if (model) {
    throw new ConfigError(
      `judge: "${name}:${model}": the embedded judge has no models; write ${name}`,
    );
  }
}

/**
 * What may stand before the colon in `judge: <name>:<model>`.
 *
 * @example
 * judgeNames.includes('openai'); // true
 */
export const judgeNames: readonly string[] = Object.keys(judges);

/**
 * The judge that a configuration names, limited to its number of questions at once, every answer
 * checked and priced.
 *
 * @param basePath folder of the configuration file: what `promptfoo:file://` is relative to
 * @throws ConfigError unknown judge
 */
export function createJudge(config: NamedJudge, pool: PixelWork, basePath = ''): CheckedJudge {
  const [name = '', ...rest] = config.judge.split(':');
  const create = judges[name];
  if (!create)
    throw new ConfigError(
      `judge: unknown judge "${config.judge}", ${suggestion(name, judgeNames)}`,
    );
  refuseUnusedOptions(config.judge, config.judgeOptions);
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
  refuseBatchOptions(judge, config.judgeOptions.batch);
  return checkedJudge(
    judge,
    config.judgeOptions.maxConcurrency ?? judge.defaultMaxConcurrency,
    priceOf(judge, config.judgeOptions).costUsd,
  );
}
