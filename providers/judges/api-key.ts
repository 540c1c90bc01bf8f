import { JudgeError } from './judge-error.ts';

/**
 * The key from an environment variable; keys come from nowhere else.
 *
 * @throws JudgeError it is not set
 */
export function readApiKey(judgeId: string, variable: string): string {
  const key = process.env[variable]?.trim();
  if (key) return key;
  throw new JudgeError(
    judgeId,
    `the environment variable ${variable} is not set; set it to the key, or name another one in judgeOptions.apiKeyEnv`,
  );
}
