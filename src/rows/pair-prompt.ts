import { ConfigError } from '../common/config-error.ts';
import type { PromptFile } from '../method/prompt-file.ts';

/**
 * Refuses a prompt that cannot be asked about two given images. Its anchors play no part here.
 *
 * @throws ConfigError it rates one image, or shows a degraded copy
 */
export function requirePairPrompt({ pair }: PromptFile): void {
  if (!pair) {
    throw new ConfigError(
      'the prompt rates one image at a time, and here two are compared; take one with condition: pair, such as pair or pair-five',
    );
  }
  if (pair.isUnderPrior) {
    throw new ConfigError(
      'the prompt shows a degraded copy of the image that is rated (prior: degraded), and of two images that are compared none is; take one without, such as pair or pair-five',
    );
  }
}
