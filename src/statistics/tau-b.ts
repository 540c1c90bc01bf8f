import type { Concordance } from './concordance.ts';
import { clip } from './pearson.ts';

/** `(P - Q) / sqrt((n0 - n1)(n0 - n2))`; NaN when all pairs are tied in one of the two. */
export function tauB(counts: Concordance): number {
  const { pairs, tiedInX, tiedInY, tiedInBoth, discordant } = counts;
  const concordantMinusDiscordant = pairs - tiedInX - tiedInY + tiedInBoth - 2 * discordant;
  return clip(concordantMinusDiscordant / Math.sqrt((pairs - tiedInX) * (pairs - tiedInY)));
}
