import { describe, expect, it } from 'vitest';
import { noEffect } from '../../src/method/no-effect.ts';

describe('a degraded copy', () => {
  it.each([5, 36, 38, 39.999])('is a prior at a PSNR of %d dB', (psnrDb) => {
    expect(noEffect(psnrDb)).toBeUndefined();
  });

  it.each([
    [40, /^no effect on this image: PSNR 40\.0 dB, from 40 dB on/],
    [51.26, /^no effect on this image: PSNR 51\.3 dB, from 40 dB on/],
    [null, /^no effect on this image: the copy is identical to it$/],
  ])('is none at a PSNR of %d dB', (psnrDb, why) => {
    expect(noEffect(psnrDb)).toMatch(why);
  });
});
