import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * What a provider of one's own is, beyond its name: the same name may stand for another file elsewhere,
 * or for this one after a change. What the file imports, and what a command runs, is not looked at.
 */
export function ownCode(providerId: string, basePath: string): Record<string, string> {
  if (providerId.startsWith('exec:')) return { folder: resolve(basePath) };
  const path =
    /^(?:file:\/\/|(?:python|golang|ruby):)?(.+?\.(?:[mc]?[jt]s|py|go|rb|ya?ml|json))(?::\w+)?$/.exec(
      providerId,
    )?.[1];
  if (path === undefined) return {};
  try {
    const code = readFileSync(resolve(basePath, path));
    return { codeSha256: createHash('sha256').update(code).digest('hex') };
  } catch {
    // Loading it says what is wrong.
    return {};
  }
}
