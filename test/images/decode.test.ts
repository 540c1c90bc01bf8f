import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../src/images/decode.ts';
import { rawInput } from '../../src/images/resize.ts';
import { flat, picture, pixelAt } from './pictures.ts';

const LIMIT = 1_000_000;
const decode = (bytes: Uint8Array, limit = LIMIT) => decodeImage({ name: 'photo.x', bytes }, limit);

const half = (left: [number, number, number], right: [number, number, number]) => {
  const image = flat(64, 40, left);
  for (let y = 0; y < 40; y++)
    for (let x = 32; x < 64; x++) image.data.set(right, (y * 64 + x) * 3);
  return image;
};
const RED: [number, number, number] = [255, 0, 0];
const BLUE: [number, number, number] = [0, 0, 255];

describe('decodeImage', () => {
  it('returns the pixels of a lossless file', async () => {
    const image = picture(61, 47);
    const decoded = await decode(await rawInput(image).png().toBuffer());
    expect(decoded.width).toBe(61);
    expect(decoded.height).toBe(47);
    expect(Buffer.from(decoded.data)).toEqual(Buffer.from(image.data));
  });

  it('applies EXIF orientation', async () => {
    // Orientation 6: the stored image has to be turned 90 degrees clockwise.
    const stored = await rawInput(half(RED, BLUE))
      .png()
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const decoded = await decode(stored);
    expect([decoded.width, decoded.height]).toEqual([40, 64]);
    expect(pixelAt(decoded, 20, 5)).toEqual(RED);
    expect(pixelAt(decoded, 20, 60)).toEqual(BLUE);
  });

  it('flattens transparency on white', async () => {
    const bytes = await sharp({
      create: { width: 40, height: 40, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
    })
      .png()
      .toBuffer();
    expect(pixelAt(await decode(bytes), 7, 7)).toEqual([255, 255, 255]);
  });

  it('flattens half transparency by its share', async () => {
    const bytes = await sharp({
      create: { width: 40, height: 40, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0.5 } },
    })
      .png()
      .toBuffer();
    const [level] = pixelAt(await decode(bytes), 7, 7);
    expect(level).toBeGreaterThanOrEqual(126);
    expect(level).toBeLessThanOrEqual(129);
  });

  it('converts an embedded colour profile to sRGB', async () => {
    const green = flat(40, 40, [0, 200, 0]);
    const bytes = await rawInput(green).withIccProfile('p3').png().toBuffer();
    const stored = await sharp(bytes).metadata();
    expect(stored.icc).toBeDefined();
    const [r, g, b] = pixelAt(await decode(bytes), 7, 7) as [number, number, number];
    expect(Math.abs(r - 0)).toBeLessThanOrEqual(12);
    expect(Math.abs(g - 200)).toBeLessThanOrEqual(4);
    expect(Math.abs(b - 0)).toBeLessThanOrEqual(12);
  });

  it.each(['b-w', 'cmyk'] as const)('decodes %s images to RGB', async (space) => {
    const bytes = await rawInput(flat(40, 40, [120, 120, 120]))
      .toColourspace(space)
      .jpeg({ quality: 100 })
      .toBuffer();
    const decoded = await decode(bytes);
    expect(decoded.data.length).toBe(40 * 40 * 3);
    for (const level of pixelAt(decoded, 9, 9))
      expect(Math.abs(level - 120)).toBeLessThanOrEqual(20);
  });

  it('decodes 16-bit images to 8 bits', async () => {
    const bytes = await rawInput(flat(40, 40, [10, 128, 250]))
      .toColourspace('rgb16')
      .png()
      .toBuffer();
    expect((await sharp(bytes).metadata()).depth).toBe('ushort');
    expect(pixelAt(await decode(bytes), 3, 3)).toEqual([10, 128, 250]);
  });

  it('takes the first frame of an animation', async () => {
    const frames = Buffer.concat([flat(40, 40, RED).data, flat(40, 40, BLUE).data]);
    const bytes = await sharp(frames, {
      raw: { width: 40, height: 80, channels: 3, pageHeight: 40 },
    })
      .webp({ lossless: true, loop: 0, delay: [100, 100] })
      .toBuffer();
    expect((await sharp(bytes).metadata()).pages).toBe(2);
    const decoded = await decode(bytes);
    expect([decoded.width, decoded.height]).toEqual([40, 40]);
    expect(pixelAt(decoded, 20, 20)).toEqual(RED);
  });

  it.each([
    ['JPEG', 'jpeg'],
    ['PNG', 'png'],
    ['WebP', 'webp'],
    ['TIFF', 'tiff'],
    ['GIF', 'gif'],
    ['AVIF', 'avif'],
  ] as const)('refuses a truncated %s', async (_, format) => {
    const bytes = await rawInput(picture(300, 200)).toFormat(format).toBuffer();
    const cut = bytes.subarray(0, Math.floor(bytes.length * 0.6));
    await expect(decode(cut)).rejects.toThrow(
      /image "photo\.x": .*(truncated|damaged|not an image)/,
    );
  });

  it.each(['jpeg', 'png', 'webp', 'gif'] as const)(
    'calls a truncated %s truncated',
    async (format) => {
      const bytes = await rawInput(picture(300, 200)).toFormat(format).toBuffer();
      const cut = bytes.subarray(0, Math.floor(bytes.length * 0.8));
      await expect(decode(cut)).rejects.toThrow(/"photo\.x": the file is truncated/);
    },
  );

  it('calls a whole file with wrong bytes inside damaged', async () => {
    const bytes = await rawInput(picture(300, 200)).png().toBuffer();
    bytes.fill(0, bytes.length / 2, bytes.length / 2 + 200);
    await expect(decode(bytes)).rejects.toThrow(/"photo\.x": the file is damaged/);
  });

  it('refuses what is not an image', async () => {
    await expect(decode(Buffer.from('hello, I am a text file'))).rejects.toThrow(
      /"photo\.x": this is a text file, not an image/,
    );
  });

  it('refuses images above the limit before decoding them', async () => {
    const bytes = await rawInput(picture(300, 200)).jpeg().toBuffer();
    // Only the header is left: whoever decoded first would call it truncated.
    const header = bytes.subarray(0, 700);
    await expect(decode(header, 59_999)).rejects.toThrow(
      /300x200 is 60000 pixels, above the limit of 59999/,
    );
    await expect(decode(bytes, 60_000)).resolves.toMatchObject({ width: 300 });
  });

  it.each([
    [
      'SVG',
      '<?xml version="1.0"?><!-- c --><svg xmlns="http://www.w3.org/2000/svg" width="50" height="50"/>',
    ],
    ['SVG', '  <svg xmlns="http://www.w3.org/2000/svg" width="50" height="50"/>'],
    ['PDF', '%PDF-1.7\n1 0 obj'],
  ])('refuses %s by name', async (format, text) => {
    await expect(decode(Buffer.from(text))).rejects.toThrow(
      new RegExp(`"photo\\.x": this is an? ${format}`),
    );
  });
});
