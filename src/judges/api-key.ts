import { noteKeyVariable } from '../common/known-secrets.ts';
import { JudgeError } from './judge-error.ts';

/** The key from an environment variable, where there is one that can be sent. */
export function optionalKey(variable: string | undefined): string | undefined {
  const key = variable === undefined ? undefined : process.env[variable]?.trim();
  if (!variable || !key || !KEY.test(key)) return undefined;
  noteKeyVariable(variable);
  return key;
}

/** What a header can carry of a key; all keys of the vendors are made of these. */
const KEY = /^[\x21-\x7e]+$/;

/**
 * The key from an environment variable; keys come from nowhere else. Spaces and line breaks around it,
 * as files leave them, are no part of it.
 *
 * @throws JudgeError it is not set, or cannot be a key
 */
export function readApiKey(judgeId: string, variable: string): string {
  const key = process.env[variable]?.trim();
  if (!key) {
    throw new JudgeError(
      judgeId,
      `the environment variable ${variable} is not set; set it to the key, or name another one in judgeOptions.apiKeyEnv`,
    );
  }
  noteKeyVariable(variable);
  if (!KEY.test(key)) {
    throw new JudgeError(
      judgeId,
      `the environment variable ${variable} holds a space, a line break or another character within it that no key has; set it to the key alone`,
    );
  }
  return key;
}
