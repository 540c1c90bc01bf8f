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
