import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promptfooFolder } from '../../providers/iqa-folder.ts';

const HASH = /^[a-f0-9]{64}$/;

/**
 * A picture that promptfoo has put into its blob store, which lies beside its database, named by its
 * SHA-256. promptfoo exports no function that reads it.
 *
 * @returns undefined where this machine does not have it
 */
export async function readBlob(hash: string): Promise<Uint8Array | undefined> {
  if (!HASH.test(hash)) return undefined;
  const file = join(promptfooFolder(), 'blobs', hash.slice(0, 2), hash.slice(2, 4), hash);
  const bytes = await readFile(file).catch(() => undefined);
  const isIntact = bytes && createHash('sha256').update(bytes).digest('hex') === hash;
  return isIntact ? bytes : undefined;
}
