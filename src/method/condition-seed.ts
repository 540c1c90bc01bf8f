import { createHash } from 'node:crypto';

/**
 * The seed of one degraded copy, an unsigned 32-bit integer: the first four bytes (big-endian) of
 * SHA-256 over the configured seed, the query image's pixels and the degradation's name. So every
 * image gets its own fog, and results depend neither on order nor on concurrency.
 */
export function conditionSeed(seed: number, pixelsSha256: string, degradation: string): number {
  const digest = createHash('sha256').update(`${seed} ${pixelsSha256} ${degradation}`).digest();
  return digest.readUInt32BE(0);
}
