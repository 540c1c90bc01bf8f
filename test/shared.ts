import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Absolute path of a file in the reference material that may lie beside the checkout. */
export const sharedPath = (relativePath: string): string =>
  fileURLToPath(new URL(`../../shared/${relativePath}`, import.meta.url));

/**
 * Whether a part of the reference material is present. It is no part of the repository, so tests
 * that need it are skipped elsewhere: `describe.skipIf(!sharedIsPresent('biq2021'))`.
 */
export function sharedIsPresent(relativePath: string): boolean {
  const present = existsSync(sharedPath(relativePath));
  if (!present) console.warn(`skipped: ../shared/${relativePath} is not here`);
  return present;
}
