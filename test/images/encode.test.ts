import fc from 'fast-check';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { encodeImage } from '../../src/images/encode.ts';
import type { RawImage } from '../../src/images/raw-image.ts';
import { flat, picture } from './pictures.ts';

const encodePng = async (image: RawImage): Promise<Uint8Array> =>
  (await encodeImage(image, 'png')).bytes;

/** As another reader sees it. */
async function decoded(bytes: Uint8Array): Promise<RawImage & { channels: number }> {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  return { data: new Uint8Array(data), ...info };
}

/** Noise, ramps and flat parts in turn, so that rows differ in their best filter. */
const anyImage = fc
  .record({
    width: fc.integer({ min: 1, max: 90 }),
    height: fc.integer({ min: 1, max: 40 }),
    seed: fc.nat(),
  })
  .map(({ width, height, seed }): RawImage => {
    const data = new Uint8Array(width * height * 3);
    for (let i = 0; i < data.length; i++) {
      const y = Math.floor(i / (width * 3));
      const noise = (Math.imul(i + seed, 2_654_435_761) >>> 11) % 256;
      data[i] = [noise, i, 3 * y, noise % 8, 200][(y + seed) % 5]!;
    }
    return { data, width, height };
  });

it('a PNG holds the pixels without loss', async () => {
  await fc.assert(
    fc.asyncProperty(anyImage, async (image) => {
      const { data, width, height, channels } = await decoded(await encodePng(image));
      expect({ data, width, height, channels }).toEqual({ ...image, channels: 3 });
    }),
  );
});

it('a PNG is made of pixels in shared memory', async () => {
  const image = picture(70, 50);
  const data = new Uint8Array(new SharedArrayBuffer(image.data.length));
  data.set(image.data);
  expect(await encodePng({ ...image, data })).toEqual(await encodePng(image));
});

it('a PNG is smaller than without filters', async () => {
  const image = picture(400, 300);
  const { data, width, height } = image;
  const unfiltered = await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
  expect((await encodePng(image)).length).toBeLessThan(unfiltered.length);
  expect((await encodePng(flat(400, 300, [1, 2, 3]))).length).toBeLessThan(5000);
});
