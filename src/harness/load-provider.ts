import { resolve } from 'node:path';
import type { ApiProvider } from 'promptfoo';
import { cleanLog } from './clean-log.ts';

/**
 * Loads one of promptfoo's providers. The importable promptfoo is another copy than the command line's: it knows
 * nothing of `--no-cache`, and its cache would answer all samples alike, so calls of this provider, and no
 * others, go past it. It takes seconds to import.
 *
 * @param basePath folder of the configuration file: what `file://` in the id is relative to
 * @throws Error what promptfoo says
 */
export async function loadPromptfooProvider(
  providerId: string,
  config: Record<string, unknown>,
  basePath: string,
): Promise<ApiProvider> {
  const { cache, loadApiProvider } = await import('promptfoo');
  cleanLog();
  const provider = await loadApiProvider(providerId, {
    basePath: resolve(basePath),
    options: { config },
  });
  return {
    id: () => provider.id(),
    callApi: (...args) => cache.withCacheEnabled(false, () => provider.callApi(...args)),
  };
}
