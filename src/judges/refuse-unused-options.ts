import { ConfigError } from '../common/config-error.ts';
import type { JudgeOptions } from './judge-options.ts';

interface OfSome {
  /** Names before the colon of those judges that keep to it. */
  judges: readonly string[];
  advice: string;
}

const OF_GOOGLE: OfSome = { judges: ['google'], advice: 'name google:<model>, or remove it' };

/** Options that only some judges keep to, and without which the others would ask something else than was meant. */
const OF_SOME: Partial<Record<keyof JudgeOptions, OfSome>> = {
  positionBias: {
    judges: ['simulated'],
    advice:
      'it is built into judge: simulated alone; remove it, and a pair question measures the bias of this judge',
  },
  vertex: OF_GOOGLE,
  thinkingBudget: { ...OF_GOOGLE, advice: 'set judgeOptions.effort, or remove it' },
  mediaResolution: OF_GOOGLE,
  imageTransfer: { judges: ['google', 'openai'], advice: 'remove it' },
};

/**
 * @param judge as configured, `openai:gpt-4.1`
 * @throws ConfigError an option that this judge does not keep to
 */
export function refuseUnusedOptions(judge: string, options: JudgeOptions): void {
  const [name = ''] = judge.split(':');
  for (const [option, { judges, advice }] of Object.entries(OF_SOME)) {
    const value = options[option as keyof JudgeOptions];
    if (value === undefined || judges.includes(name)) continue;
    throw new ConfigError(
      `judge: "${judge}": judgeOptions.${option} (found ${JSON.stringify(value)}) is not for this judge: ${advice}`,
    );
  }
  if (options.api !== 'chat' && name !== 'openai') {
    throw new ConfigError(
      `judge: "${judge}": judgeOptions.api (found "${options.api}") is for openai:<model>; remove it`,
    );
  }
}
