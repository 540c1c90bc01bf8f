/**
 * A degraded copy this close to the query image cannot be called poor, so it is no prior. Errors of
 * lossy compression become invisible at 40 dB to 50 dB; a copy at 40 dB differs by 2.6 of 255 levels
 * (root mean square). Grey and nearly grey photographs under `saturate` are above it.
 */
export const NO_EFFECT_PSNR_DB = 40;

/**
 * Why a degraded copy is left out, if it is.
 *
 * @param psnrDb against the query image; null when they are equal
 */
export function noEffect(psnrDb: number | null): string | undefined {
  if (psnrDb !== null && psnrDb < NO_EFFECT_PSNR_DB) return undefined;
  const why =
    psnrDb === null
      ? 'the copy is identical to it'
      : `PSNR ${psnrDb.toFixed(1)} dB, from ${NO_EFFECT_PSNR_DB} dB on the copy is not poor`;
  return `no effect on this image: ${why}`;
}
