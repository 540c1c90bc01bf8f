/**
 * Whether kept answers may be used, as promptfoo decides it for its own cache: not under `--no-cache`
 * nor with `PROMPTFOO_CACHE_ENABLED` set to anything but a yes. promptfoo hands this to no provider.
 */
export function isCacheEnabled(
  commandLine: readonly string[] = process.argv,
  environment: NodeJS.ProcessEnv = process.env,
): boolean {
  if (commandLine.includes('--no-cache')) return false;
  const setting = environment.PROMPTFOO_CACHE_ENABLED;
  return !setting || YES.has(setting.toLowerCase());
}

/** promptfoo's words for true in an environment variable. */
const YES: ReadonlySet<string> = new Set(['1', 'true', 'yes', 'yup', 'yeppers']);
