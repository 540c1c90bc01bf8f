import { ConfigError } from '../common/config-error.ts';
import { oneLine } from '../common/one-line.ts';
import { withoutSecrets } from '../common/without-secrets.ts';

/**
 * Runs what promptfoo calls before its first row: a provider's constructor, a test generator. What a
 * `ConfigError` of it says is put on one line, without keys and behind the entry's label. Where nobody
 * catches the error, as in `promptfoo eval`, the process prints that line and ends with 1.
 *
 * @param entry how the configuration calls what is made, such as a provider's label
 * @throws whatever `run` throws
 */
export function beforeFirstRow<Result>(run: () => Result, entry?: string): Result {
  try {
    const result = run();
    if (!(result instanceof Promise)) return result;
    return result.catch((error: unknown) => {
      throw prepared(error, entry);
    }) as Result;
  } catch (error) {
    throw prepared(error, entry);
  }
}

function prepared(error: unknown, entry: string | undefined): unknown {
  if (!(error instanceof ConfigError)) return error;
  withoutSecrets(error);
  error.message = oneLine(entry ? `${entry}: ${error.message}` : error);
  error.stack = error.message;
  printWhenUncaught(error);
  return error;
}

/** One for the process: promptfoo may load several copies of this module. */
const UNCAUGHT = Symbol.for('promptfoo-iqa.uncaught-config-errors');
const shared = globalThis as { [UNCAUGHT]?: WeakSet<Error> };

/**
 * Node prints an error that nobody caught inside six lines of its own, and promptfoo catches none of
 * those. The listener deals with errors handed over here and with no other.
 */
function printWhenUncaught(error: ConfigError): void {
  if (!shared[UNCAUGHT]) {
    shared[UNCAUGHT] = new WeakSet();
    process.on('uncaughtException', onUncaught);
  }
  shared[UNCAUGHT].add(error);
}

function onUncaught(error: Error): void {
  if (shared[UNCAUGHT]?.has(error)) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode ||= 1;
    return;
  }
  // Without this listener Node would have ended the process, unless somebody else listens.
  if (process.listenerCount('uncaughtException') > 1) return;
  process.off('uncaughtException', onUncaught);
  process.nextTick(() => {
    throw error;
  });
}
