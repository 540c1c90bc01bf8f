import pLimit from 'p-limit';
import type { ProviderConfig } from '../config.ts';
import { ConfigError, suggestion } from '../config-error.ts';
import type { PixelPool } from '../pixel-pool.ts';
import { checkAnswer } from './check-answer.ts';
import type { Judge } from './judge.ts';
import { createStatisticalJudge } from './statistical.ts';

interface Surroundings {
  /** What stands behind the colon in `judge: <name>:<model>`. */
  model: string | undefined;
  options: ProviderConfig['judgeOptions'];
  pool: PixelPool;
}

/** Ways of asking, by the name before the colon. Adding one is a file, a line here and a test. */
const judges: Record<string, (surroundings: Surroundings) => Judge> = {
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
 * The judge that a configuration names, limited to its number of questions at once, every answer checked.
 *
 * @throws ConfigError unknown judge
 */
export function createJudge(
  config: Pick<ProviderConfig, 'judge' | 'judgeOptions'>,
  pool: PixelPool,
): Judge {
  const [name = '', ...rest] = config.judge.split(':');
  const create = judges[name];
  if (!create)
    throw new ConfigError(
      `judge: unknown judge "${config.judge}", ${suggestion(name, judgeNames)}`,
    );
  const judge = create({
    model: rest.length > 0 ? rest.join(':') : undefined,
    options: config.judgeOptions,
    pool,
  });
  return guard(judge, config.judgeOptions.maxConcurrency ?? judge.defaultMaxConcurrency);
}

/** Adds to a judge what holds for all: the limit, the abort signal while waiting, the check of answers. */
export function guard(judge: Judge, maxConcurrency: number): Judge {
  const limit = pLimit(maxConcurrency);
  return {
    ...judge,
    ask: (question, options) =>
      limit(async () => {
        options.signal?.throwIfAborted();
        return checkAnswer(judge.id, question, await judge.ask(question, options));
      }),
  };
}
