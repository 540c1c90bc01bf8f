import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../src/images/decode.ts';
import { encodeImage } from '../../src/images/encode.ts';
import { psnrDb } from '../../src/images/psnr.ts';
import { resizeImage, sentSize } from '../../src/images/resize.ts';
import { flat, picture } from './pictures.ts';

describe('sentSize', () => {
  it('never exceeds the limit and keeps the aspect ratio within a pixel', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 32, max: 9000 }),
        fc.integer({ min: 32, max: 9000 }),
        fc.integer({ min: 10_000, max: 4_000_000 }),
        (width, height, maxPixels) => {
          const sent = sentSize({ width, height }, maxPixels);
          expect(sent.width * sent.height).toBeLessThanOrEqual(Math.max(maxPixels, 0));
          const factor = Math.min(1, Math.sqrt(maxPixels / (width * height)));
          expect(Math.abs(sent.width - width * factor)).toBeLessThanOrEqual(1);
          expect(Math.abs(sent.height - height * factor)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it('leaves images within the limit alone', () => {
    expect(sentSize({ width: 640, height: 480 }, 640 * 480)).toEqual({ width: 640, height: 480 });
    expect(sentSize({ width: 9000, height: 9000 }, 'unlimited')).toEqual({
      width: 9000,
      height: 9000,
    });
  });
});

describe('resizeImage', () => {
  it('gives the size asked for and keeps flat colours', async () => {
    const resized = await resizeImage(flat(200, 100, [10, 20, 30]), { width: 77, height: 38 });
    expect(resized).toMatchObject({ width: 77, height: 38 });
    expect(Buffer.from(resized.data)).toEqual(Buffer.from(flat(77, 38, [10, 20, 30]).data));
  });

  it('is Lanczos with three lobes', async () => {
    const from = 90;
    const to = 60;
    const level = (x: number) => (x < 31 ? 60 : x < 52 ? 200 : x % 7 < 3 ? 90 : 170);
    const image = flat(from, 40, [0, 0, 0]);
    image.data.forEach((_, i) => {
      image.data[i] = level(Math.floor(i / 3) % from);
    });
    const { data } = await resizeImage(image, { width: to, height: 40 });
    const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
    const lanczos = (x: number) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0);
    for (let x = 0; x < to; x++) {
      const centre = ((x + 0.5) * from) / to - 0.5;
      let sum = 0;
      let weights = 0;
      for (let i = -20; i < from + 20; i++) {
        const weight = lanczos(((i - centre) * to) / from);
        // Beyond the edges the outermost pixels are repeated.
        sum += weight * level(Math.min(from - 1, Math.max(0, i)));
        weights += weight;
      }
      expect(Math.abs(data[(20 * to + x) * 3]! - sum / weights), `${x}`).toBeLessThan(2);
    }
  });

  it('takes pixels in shared memory', async () => {
    const { data, ...size } = picture(64, 64);
    const shared = new Uint8Array(new SharedArrayBuffer(data.length));
    shared.set(data);
    const wanted = { width: 32, height: 32 };
    const [a, b] = await Promise.all([
      resizeImage({ data, ...size }, wanted),
      resizeImage({ data: shared, ...size }, wanted),
    ]);
    expect(Buffer.from(a.data)).toEqual(Buffer.from(b.data));
  });
});

describe('encodeImage', () => {
  it.each(['png', 'webp-lossless'] as const)('%s loses nothing', async (format) => {
    const image = picture(90, 70);
    const encoded = await encodeImage(image, format);
    const decoded = await decodeImage({ name: 'x', bytes: encoded.bytes }, 1e6);
    expect(Buffer.from(decoded.data)).toEqual(Buffer.from(image.data));
  });

  it('names the type', async () => {
    expect((await encodeImage(picture(40, 40), 'jpeg')).mimeType).toBe('image/jpeg');
  });
});

describe('psnrDb', () => {
  it('is infinite for equal images', () => {
    expect(psnrDb(picture(40, 40), picture(40, 40))).toBe(Number.POSITIVE_INFINITY);
  });

  it('is 10 log10(255^2 / mean squared error)', () => {
    expect(psnrDb(flat(40, 40, [100, 100, 100]), flat(40, 40, [110, 110, 110]))).toBeCloseTo(
      28.1308,
      4,
    );
    expect(psnrDb(flat(40, 40, [0, 0, 0]), flat(40, 40, [255, 255, 255]))).toBeCloseTo(0, 10);
  });

  it('refuses images of different sizes', () => {
    expect(() => psnrDb(picture(40, 40), picture(40, 41))).toThrow(/different sizes: 40x40, 40x41/);
  });
});
