import { usedKeyVariables } from './api-key.ts';

/** Names of environment variables whose values are keys. */
const SECRET_NAME = /KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL/i;

/** Shorter values are no keys, and would be found in every text. */
const MIN_SECRET_LENGTH = 8;

/**
 * Takes keys out of what a vendor said, so that they reach neither rows nor logs nor the store: some
 * endpoints put the key that they refuse into their message.
 *
 * @param value an error, which is changed in place (its class tells what happened), or a JSON value
 * @param environment keys come from here alone
 */
export function withoutSecrets<Value>(value: Value, environment = process.env): Value {
  const secrets = environment === process.env ? ownSecrets() : secretsIn(environment);
  const clean = (text: string) =>
    secrets.reduce((current, [name, secret]) => current.replaceAll(secret, `[${name}]`), text);
  if (value instanceof Error) {
    const { message, stack } = value;
    if (clean(message) !== message) value.message = clean(message);
    if (stack !== undefined && clean(stack) !== stack) value.stack = clean(stack);
    return value;
  }
  const json = JSON.stringify(value);
  const cleaned = json === undefined ? json : clean(json);
  return cleaned === json ? value : JSON.parse(cleaned);
}

type Secret = [name: string, value: string];

const secretsIn = (environment: NodeJS.ProcessEnv): Secret[] =>
  Object.entries(environment).filter(
    (entry): entry is Secret =>
      (SECRET_NAME.test(entry[0]) || usedKeyVariables().has(entry[0])) &&
      (entry[1]?.length ?? 0) >= MIN_SECRET_LENGTH,
  );

/** Reading the environment takes longer than all the rest, and it hardly ever changes. */
const REMEMBERED_MS = 1000;
let own = { secrets: [] as Secret[], keys: -1, readMs: 0 };

function ownSecrets(): Secret[] {
  const keys = usedKeyVariables().size;
  const nowMs = performance.now();
  if (own.keys !== keys || nowMs - own.readMs > REMEMBERED_MS) {
    own = { secrets: secretsIn(process.env), keys, readMs: nowMs };
  }
  return own.secrets;
}
