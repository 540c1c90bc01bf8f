import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../src/images/decode.ts';

const fixture = (name: string) => readFileSync(new URL(`../fixtures/bmp/${name}`, import.meta.url));

/** Written by Pillow, see fixtures/bmp/make.py. */
const { width, height, pixels } = JSON.parse(fixture('pixels.json').toString()) as {
  width: number;
  height: number;
  pixels: Record<string, number[]>;
};

const decode = (bytes: Uint8Array, limit = 1000) =>
  decodeImage({ name: 'photo.bmp', bytes }, limit);

/** The 24-bit fixture with another number at `offset` of its header. */
function altered(offset: number, value: number): Buffer {
  const bytes = Buffer.from(fixture('rgb-24.bmp'));
  bytes.writeInt32LE(value, offset);
  return bytes;
}

/** The headers of an 11 x 7 picture of 32 bits a pixel. */
function header({ bytes, compression }: { bytes: number; compression: number }): Buffer {
  const head = Buffer.alloc(14 + bytes);
  head.write('BM');
  head.writeUInt32LE(14 + bytes, 10);
  head.writeUInt32LE(bytes, 14);
  head.writeInt32LE(11, 18);
  head.writeInt32LE(7, 22);
  head.writeUInt16LE(1, 26);
  head.writeUInt16LE(32, 28);
  head.writeUInt32LE(compression, 30);
  return head;
}

describe('decodeImage of a BMP file', () => {
  it.each(Object.keys(pixels))('returns the pixels that Pillow reads: %s', async (name) => {
    const decoded = await decode(fixture(name));
    expect([decoded.width, decoded.height]).toEqual([width, height]);
    // Five and six bits are levels between those of eight; Pillow rounds down.
    const tolerance = /5[56]5/.test(name) ? 1 : 0;
    const expected = pixels[name] as number[];
    expect(decoded.data.length).toBe(expected.length);
    for (const [index, level] of decoded.data.entries())
      expect(Math.abs(level - expected[index]!)).toBeLessThanOrEqual(tolerance);
  });

  it('reads 4 bits a pixel, padded to whole words', async () => {
    const bytes = Buffer.alloc(54 + 8 + 4);
    bytes.write('BM');
    bytes.writeUInt32LE(62, 10);
    bytes.writeUInt32LE(40, 14);
    bytes.writeInt32LE(3, 18);
    bytes.writeInt32LE(1, 22);
    bytes.writeUInt16LE(4, 28);
    bytes.set([1, 2, 3, 0, 4, 5, 6, 0], 54);
    bytes.set([0x01, 0x10], 62);
    expect([...(await decode(bytes)).data]).toEqual([3, 2, 1, 6, 5, 4, 6, 5, 4]);
  });

  it.each<[string, Buffer, string]>([
    ['one that lacks its end', fixture('rgb-24.bmp').subarray(0, -1), 'the file is truncated'],
    ['a head alone', fixture('rgb-24.bmp').subarray(0, 20), 'the file is truncated'],
    ['a JPEG inside', altered(30, 4), 'this BMP holds a JPEG file'],
    ['runs of 24 bits', altered(30, 1), 'this BMP has 24 bits a pixel with the compression 1'],
    ['64 bits a pixel', altered(28, 64), 'this BMP has 64 bits a pixel'],
    ['a header that cannot be', altered(14, 15), 'the file is damaged (a BMP header of 15 bytes)'],
    ['runs that end early', fixture('runs-8.bmp').subarray(0, -30), 'the file is truncated'],
    [
      'pixels that are left out',
      Buffer.concat([fixture('runs-8.bmp').subarray(0, 1078), Buffer.from([0, 1])]),
      'this BMP leaves 77 of its pixels without a colour',
    ],
    [
      'a run out of the picture',
      Buffer.concat([fixture('runs-8.bmp').subarray(0, 1078), Buffer.from([200, 1, 0, 1])]),
      'a run leads out of the picture',
    ],
    [
      'the compression of OS/2',
      Buffer.concat([header({ bytes: 64, compression: 4 }), Buffer.alloc(300)]),
      'this BMP is compressed as OS/2 does (RLE24)',
    ],
    [
      'masks with gaps',
      Buffer.concat([header({ bytes: 40, compression: 3 }), Buffer.alloc(300, 0b101)]),
      'bits of a colour with gaps',
    ],
    ['no width', altered(18, 0), 'the file is damaged (it says 0x7 pixels)'],
    ['a huge size', altered(22, 2 ** 30), 'above the limit of 1000'],
  ])('refuses %s', async (_, bytes, message) => {
    await expect(decode(bytes)).rejects.toThrow(message);
  });

  it('takes an alpha channel of zeros alone for one that is not used', async () => {
    const bytes = Buffer.from(fixture('fields-alpha-32.bmp'));
    const start = bytes.readUInt32LE(10);
    for (let at = start + 3; at < bytes.length; at += 4) bytes[at] = 0;
    expect(await decode(bytes)).toEqual({
      width,
      height,
      data: Uint8Array.from(pixels['rgb-24.bmp'] as number[]),
    });
  });

  it('takes text that begins with the letters of the mark for text', async () => {
    await expect(decode(Buffer.from('BM is a name, and this is a text file'))).rejects.toThrow(
      'this is a text file',
    );
  });

  it('refuses a colour outside the palette', async () => {
    const bytes = Buffer.from(fixture('palette-8.bmp'));
    const pixelOffset = bytes.readUInt32LE(10);
    bytes.writeUInt32LE(54 + 4 * 3, 10);
    const cut = Buffer.concat([bytes.subarray(0, 54 + 4 * 3), bytes.subarray(pixelOffset)]);
    await expect(decode(cut)).rejects.toThrow('a colour outside the palette');
  });
});
