import { createRequire } from 'node:module';
import { withoutSecrets } from '../common/without-secrets.ts';

/** Where winston keeps the line that is written. */
const LINE = Symbol.for('message');

interface Winston {
  transports: { Console: { prototype: { log: Log } } };
}
type Log = (this: unknown, info: Record<symbol, unknown>, done: () => void) => void;

let isClean = false;

/**
 * Takes keys out of what promptfoo's providers write on the terminal by themselves: the text of a reply that is
 * no JSON, in which a gateway may repeat the key that it refused. promptfoo writes by winston's console.
 */
export function cleanLog(): void {
  if (isClean) return;
  isClean = true;
  const console = consoleOfPromptfoo();
  if (!console) return;
  const { log } = console;
  console.log = function cleaned(info, done) {
    const line = info[LINE];
    if (typeof line === 'string') info[LINE] = withoutSecrets(line);
    log.call(this, info, done);
  };
}

function consoleOfPromptfoo(): { log: Log } | undefined {
  try {
    const promptfoo = createRequire(import.meta.url).resolve('promptfoo');
    const winston: Winston = createRequire(promptfoo)('winston');
    return winston.transports.Console.prototype;
  } catch {
    // Another promptfoo writes otherwise; a test tells.
    return undefined;
  }
}
