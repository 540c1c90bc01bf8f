import type { Command } from 'commander';
import { ConfigError } from '../src/common/config-error.ts';
import { shippedPrompt } from '../src/common/shipped-prompt.ts';
import { promptsFor } from './init/prompts-for.ts';

export interface JudgeOptions {
  judge: string;
  prompt?: string;
  config: Record<string, unknown>;
}

/** Options of commands that ask without a configuration file. */
export const addJudgeOptions = (
  command: Command,
  configExample: object,
  defaultPrompt = 'the debiased one that suits the judge',
): Command =>
  command
    .requiredOption(
      '--judge <judge>',
      'who is asked: openai:<model>, anthropic:<model>, google:<model>, llama:<model>, statistical, simulated',
    )
    .option('--prompt <name>', `a prompt of the package, or a file. Default: ${defaultPrompt}`)
    .option(
      '--config <json>',
      `further keys of the provider configuration, such as '${JSON.stringify(configExample)}'`,
      parseConfigOption,
      {},
    );

/**
 * What a scorer is made of.
 *
 * @param defaultFor the prompt where the options name none
 * @throws ConfigError there is no such prompt; a broken configuration
 */
export const scorerOptions = (
  { judge, prompt, config }: JudgeOptions,
  defaultFor = (): string => promptsFor(judge, config)[1],
) => ({
  ...config,
  judge,
  prompt: shippedPrompt(prompt ?? defaultFor(), '--prompt'),
});

function parseConfigOption(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ConfigError('--config: not JSON; write it as {"judgeOptions": {"samples": 8}}', {
      cause,
    });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ConfigError('--config: must be a JSON object of keys of the provider configuration');
  }
  const taken = ['judge', 'prompt'].find((key) => key in value);
  if (taken) throw new ConfigError(`--config: ${taken} has an option of its own; give --${taken}`);
  return value as Record<string, unknown>;
}
