import { beforeAll, describe, expect, it } from 'vitest';
import { avifFault } from '../../src/images/avif-data.ts';
import { decodeImage, readSize } from '../../src/images/decode.ts';
import { rawInput } from '../../src/images/resize.ts';
import { picture } from './pictures.ts';

const decode = (bytes: Uint8Array) => decodeImage({ name: 'x.avif', bytes }, 10_000);

let whole: Buffer;
beforeAll(async () => {
  whole = await rawInput(picture(93, 61)).avif({ quality: 80 }).toBuffer();
});

describe('decodeImage of an AVIF', () => {
  it('reads it', async () => {
    expect(await decode(whole)).toMatchObject({ width: 93, height: 61 });
    expect(avifFault(whole)).toBeUndefined();
  });

  it('reads the picture in an animation, and its size', async () => {
    const { data } = await decode(whole);
    // libvips writes the brands avif, then mif1, avif and miaf.
    const animation = Buffer.from(whole);
    animation.write('avis', 8);
    expect(Buffer.compare((await decode(animation)).data, data)).toBe(0);
    expect(animation.toString('latin1', 8, 12)).toBe('avis');
    expect(await readSize({ name: 'x.avif', bytes: animation })).toEqual({ width: 93, height: 61 });
  });

  it('refuses it wherever it ends', async () => {
    for (const share of [0.3, 0.6, 0.9, 0.99]) {
      const cut = whole.subarray(0, Math.floor(whole.length * share));
      await expect(decode(cut)).rejects.toThrow(/^image "x\.avif": .*; copy or download it again$/);
      // Of a picture of several parts, the decoder would say nothing.
      expect(avifFault(cut)).toMatch('the file is truncated');
    }
  });

  it('refuses it with zeros in place of its end', async () => {
    const zeros = Buffer.from(whole).fill(0, whole.length - 50);
    await expect(decode(zeros)).rejects.toThrow(/^image "x\.avif": .*copy or download it again$/);
    expect(avifFault(zeros)).toMatch('zeros in place of its end');
  });

  it('reads one with bytes or room that is left free behind its data', async () => {
    for (const more of [Buffer.from('\r\n'), Buffer.alloc(200, 0x81), Buffer.alloc(60)]) {
      expect(await decode(Buffer.concat([whole, more]))).toMatchObject({ width: 93 });
    }
    const free = Buffer.alloc(100);
    free.writeUInt32BE(100);
    free.write('free', 4);
    expect(await decode(Buffer.concat([whole, free]))).toMatchObject({ width: 93 });
  });
});
