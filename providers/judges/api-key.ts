import { JudgeError } from './judge-error.ts';

/** Variables that hold keys, whatever they are called. */
const keyVariables = new Set<string>();

/** Names of the environment variables that keys have been read from. */
export const usedKeyVariables = (): ReadonlySet<string> => keyVariables;

/**
 * The key from an environment variable; keys come from nowhere else.
 *
 * @throws JudgeError it is not set
 */
export function readApiKey(judgeId: string, variable: string): string {
  const key = process.env[variable]?.trim();
  if (key) {
    keyVariables.add(variable);
    return key;
  }
  throw new JudgeError(
    judgeId,
    `the environment variable ${variable} is not set; set it to the key, or name another one in judgeOptions.apiKeyEnv`,
  );
}
