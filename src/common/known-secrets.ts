import { JudgeError } from './judge-error.ts';

/** Variables that hold keys, whatever they are called. */
const keyVariables = new Set<string>();

/** Names of the environment variables that judges take keys from. */
export const usedKeyVariables = (): ReadonlySet<string> => keyVariables;

/** Keys that a configuration holds itself, with the names of their fields. */
const inConfigurations = new Map<string, string>();

/** Keys that configurations hold themselves, with the names of their fields. */
export const configuredSecrets = (): ReadonlyMap<string, string> => inConfigurations;

/** Makes known that a variable holds a key, whoever reads it. */
export function noteKeyVariable(variable: string): void {
  keyVariables.add(variable);
}

/** What fields are called that hold keys, and environment variables. */
export const SECRET_NAME = /KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|AUTHORIZATION/i;

/**
 * Makes known which fields of a configuration hold keys, by their names: `{apiKey: …}`, as a
 * configuration gets it from `'{{env.MY_KEY}}'`.
 */
export function noteConfiguredSecrets(value: unknown, field: string): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    const place = `${field}.${name}`;
    if (typeof inner === 'string' && SECRET_NAME.test(name)) {
      const key = inner.replace(/^(bearer|basic)\s+/i, '');
      inConfigurations.set(key, place);
    }
    noteConfiguredSecrets(inner, place);
  }
}

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
