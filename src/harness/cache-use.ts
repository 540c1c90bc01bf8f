import { promptfooArguments } from './command-line.ts';
import { cacheOf } from './kept-evaluation.ts';
import { isCommandLine, runningPromptfoo } from './running-promptfoo.ts';

/** Whether kept answers may be used. `unknown` is not `on`: whoever asked for new answers gets new ones. */
export type CacheUse = 'on' | 'off' | 'unknown';

const CACHE_IS_UNKNOWN =
  'Whether this run may use kept answers is not known: this version of promptfoo does not say whether `cache: false` is configured. They are not used; leave out --no-write, and they are where it is not.';

export const BATCH_NEEDS_CACHE =
  'batch submit: what a batch brings is read from the answer store, so it cannot be had without the cache (--no-cache, PROMPTFOO_CACHE_ENABLED, cache: false); to ask again, name another store in PROMPTFOO_IQA_STORE';

/**
 * Whether kept answers may be used in an evaluation, as promptfoo decides it for its own cache: by its
 * command line, its environment, `cache: false` in its configuration, and for an evaluation that goes on by
 * what it was begun with. promptfoo hands this to no provider.
 *
 * @param evaluationId undefined where it is not known yet, or promptfoo has nothing to do with it
 */
export async function cacheUse(evaluationId: string | undefined): Promise<CacheUse> {
  if (!isCacheEnabled()) return 'off';
  const begun = evaluationId === undefined ? undefined : cacheOf(evaluationId);
  if (begun === false) return 'off';
  if (!isCommandLine()) return begun === undefined ? ofProgram(evaluationId) : 'on';
  const promptfoo = await runningPromptfoo();
  if (!promptfoo) return begun === undefined ? 'unknown' : 'on';
  // promptfoo overlooks `evaluateOptions.cache` of a configuration that is given by `-c`.
  const configured = promptfoo.config()?.evaluateOptions?.cache;
  return promptfoo.isCacheEnabled() && configured !== false ? 'on' : 'off';
}

/** Said once, over all providers and assertions. */
let isUnknownSaid = false;

/** Whether kept answers may be used. Where it cannot be known, answers are asked anew, and that is said. */
export async function mayUseKept(evaluationId: string | undefined): Promise<boolean> {
  const use = await cacheUse(evaluationId);
  if (use === 'unknown' && !isUnknownSaid) {
    isUnknownSaid = true;
    process.stderr.write(`${CACHE_IS_UNKNOWN}\n`);
  }
  return use === 'on';
}

/** In a program that calls promptfoo, its importable copy is the one that runs. */
async function ofProgram(evaluationId: string | undefined): Promise<CacheUse> {
  if (evaluationId === undefined) return 'on';
  const { cache } = await import('promptfoo');
  return cache.isCacheEnabled() ? 'on' : 'off';
}

/** What the command line and the environment say: `--no-cache`, `PROMPTFOO_CACHE_ENABLED`. */
export function isCacheEnabled(
  commandLine: readonly string[] = promptfooArguments(),
  environment: NodeJS.ProcessEnv = process.env,
): boolean {
  if (commandLine.includes('--no-cache')) return false;
  const setting = environment.PROMPTFOO_CACHE_ENABLED;
  return !setting || YES.has(setting.toLowerCase());
}

/** promptfoo's words for true in an environment variable. */
const YES: ReadonlySet<string> = new Set(['1', 'true', 'yes', 'yup', 'yeppers']);
