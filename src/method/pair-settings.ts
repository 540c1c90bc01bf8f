import { z } from 'zod';
import { ConfigError } from '../common/config-error.ts';
import { PAIR_MODELS, type PairModelName } from '../statistics/index.ts';

/** How images are compared under `condition: pair`. */
export interface PairSettings {
  /** Whether a degraded copy of the query image, stated to be poor, stands beside both. */
  isUnderPrior: boolean;
  /** By which the comparisons become a score. */
  model: PairModelName;
}

/** Keys of a prompt file that only `condition: pair` has. */
export const pairFields = {
  prior: z
    .enum(['none', 'degraded'])
    .optional()
    .describe(
      'Under `condition: pair`. `degraded`: asked once per degraded copy of the query image, which stands beside the two and is stated to be poor. Default: `none`.',
    ),
  pairModel: z
    .enum(Object.keys(PAIR_MODELS) as [PairModelName, ...PairModelName[]])
    .optional()
    .describe(
      "Under `condition: pair`, by which the comparisons become a score: Thurstone's model, case V, or Bradley and Terry's, both with a normal prior. Default: `thurstone`.",
    ),
};

interface WrittenPair {
  condition: string;
  prior?: 'none' | 'degraded' | undefined;
  pairModel?: PairModelName | undefined;
  quality: WrittenQuestion | readonly WrittenQuestion[];
  views?: object | undefined;
  dimensions?: readonly string[] | undefined;
}

interface WrittenQuestion {
  choices?: Record<string, number> | undefined;
}

/**
 * What a prompt file says of pairs.
 *
 * @returns undefined under other conditions
 * @throws ConfigError it says what goes with no pair, or with pairs alone
 */
export function readPairSettings(file: WrittenPair, where: string): PairSettings | undefined {
  const { condition, prior, pairModel, quality, views, dimensions } = file;
  if (condition !== 'pair') {
    const key = prior !== undefined ? 'prior' : pairModel !== undefined ? 'pairModel' : undefined;
    if (key === undefined) return undefined;
    throw new ConfigError(
      `${where}: ${key}: it belongs to condition: pair, and the condition is ${condition}; remove it or set condition: pair`,
    );
  }
  const refuse = (key: string, why: string): never => {
    throw new ConfigError(`${where}: ${key}: ${why}`);
  };
  if (views) {
    refuse(
      'views',
      'pieces of two different images show nothing that could be compared; remove it',
    );
  }
  if (dimensions) {
    refuse('dimensions', 'under condition: pair one thing is compared; remove it');
  }
  for (const { choices } of [quality].flat()) {
    if (!choices) {
      refuse(
        'quality.scale',
        'under condition: pair the answer is one of choices that say which image is better; write choices: {first: 1, similar: 0.5, second: 0}',
      );
    } else {
      checkSides(choices, (why) => refuse('quality.choices', why));
    }
  }
  return { isUnderPrior: prior === 'degraded', model: pairModel ?? 'thurstone' };
}

/** Whoever prefers the second image must be able to say it as strongly as whoever prefers the first. */
function checkSides(choices: Record<string, number>, refuse: (why: string) => never): void {
  const values = Object.values(choices);
  const lonely = Object.entries(choices).find(
    ([, value]) => !values.some((other) => Math.abs(value + other - 1) < 1e-9),
  );
  if (lonely) {
    const [label, value] = lonely;
    refuse(
      `"${label}" stands for ${value}, and no choice for ${Number((1 - value).toFixed(9))}, which would say the same of the other image; a value is how far the first image is the better one: 1 the first, 0.5 neither, 0 the second`,
    );
  }
}
