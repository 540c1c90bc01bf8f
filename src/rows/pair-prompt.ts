import { ConfigError } from '../common/config-error.ts';
import type { PromptFile } from '../method/prompt-file.ts';

/** Why a prompt cannot be asked about two given images; undefined: it can. */
export function notForPairs({ pair }: PromptFile): string | undefined {
  if (!pair) {
    return 'the prompt rates one image at a time, and here two are compared; take one with condition: pair, such as pair or pair-five';
  }
  return pair.isUnderPrior
    ? 'the prompt shows a degraded copy of the image that is rated (prior: degraded), and of two images that are compared none is; take one without, such as pair or pair-five'
    : undefined;
}

/**
 * Refuses a prompt that cannot be asked about two given images. Its anchors play no part here.
 *
 * @throws ConfigError it rates one image, or shows a degraded copy
 */
export function requirePairPrompt(prompt: PromptFile): void {
  const problem = notForPairs(prompt);
  if (problem !== undefined) throw new ConfigError(problem);
}
