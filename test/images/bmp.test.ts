import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../providers/images/decode.ts';

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

describe('decodeImage of a BMP file', () => {
  it.each(Object.keys(pixels))('returns the pixels that Pillow reads: %s', async (name) => {
    expect(await decode(fixture(name))).toEqual({
      width,
      height,
      data: Uint8Array.from(pixels[name] as number[]),
    });
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
    ['compression', altered(30, 1), 'this BMP is compressed (method 1)'],
    ['16 bits a pixel', altered(28, 16), 'this BMP has 16 bits a pixel'],
    ['the header of OS/2', altered(14, 12), 'this BMP has the header of OS/2'],
    ['no width', altered(18, 0), 'the file is damaged (it says 0x7 pixels)'],
    ['a huge size', altered(22, 2 ** 30), 'above the limit of 1000'],
  ])('refuses %s', async (_, bytes, message) => {
    await expect(decode(bytes)).rejects.toThrow(message);
  });

  it('refuses a colour outside the palette', async () => {
    const bytes = Buffer.from(fixture('palette-8.bmp'));
    const pixelOffset = bytes.readUInt32LE(10);
    bytes.writeUInt32LE(54 + 4 * 3, 10);
    const cut = Buffer.concat([bytes.subarray(0, 54 + 4 * 3), bytes.subarray(pixelOffset)]);
    await expect(decode(cut)).rejects.toThrow('a colour outside the palette');
  });
});
