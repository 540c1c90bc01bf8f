import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import sharp, { type Sharp } from 'sharp';
import type { RawImage } from '../../../src/images/raw-image.ts';

/** One way of making pictures worse, with levels from mild to severe. */
export interface DistortionFamily {
  name: string;
  levels: readonly number[];
  apply(image: RawImage, level: number): Promise<RawImage>;
}

/** Synthetic distortions after which the order of quality within one photograph is not in doubt. */
export const distortionFamilies: readonly DistortionFamily[] = [
  { name: 'blur (sigma, px)', levels: [0.6, 1, 1.8, 3, 5], apply: blur },
  { name: 'noise (sigma, levels)', levels: [4, 8, 16, 28, 45], apply: addNoise },
  { name: 'JPEG (quality)', levels: [50, 30, 15, 8], apply: compress },
  { name: 'downscaling (factor)', levels: [1.5, 2, 3, 4, 6], apply: downscale },
  { name: 'darker (EV)', levels: [-1, -2, -3, -4], apply: expose },
  { name: 'brighter (EV)', levels: [0.7, 1.4, 2.1, 2.8], apply: expose },
];

async function blur(image: RawImage, sigma: number): Promise<RawImage> {
  return decoded(fromRaw(image).blur(sigma).raw());
}

/** White Gaussian noise, independent in the three channels, the same for equal sizes and levels. */
export async function addNoise(image: RawImage, sigma: number): Promise<RawImage> {
  const random = xoroshiro128plus(sigma);
  const data = image.data.map((value) => {
    const radius = Math.sqrt(-2 * Math.log(1 - uniformFloat64(random)));
    const normal = radius * Math.cos(2 * Math.PI * uniformFloat64(random));
    return Math.min(255, Math.max(0, Math.round(value + sigma * normal)));
  });
  return { ...image, data };
}

export async function compress(image: RawImage, quality: number): Promise<RawImage> {
  return decoded(sharp(await fromRaw(image).jpeg({ quality }).toBuffer()).raw());
}

async function downscale(image: RawImage, factor: number): Promise<RawImage> {
  const { width, height } = image;
  const small = await fromRaw(image)
    .resize(Math.round(width / factor), Math.round(height / factor), { fit: 'fill' })
    .png()
    .toBuffer();
  return decoded(sharp(small).resize(width, height, { fit: 'fill', kernel: 'cubic' }).raw());
}

/** More or less light by `stops` factors of two, clipped at white. */
export async function expose(image: RawImage, stops: number): Promise<RawImage> {
  const table = Uint8Array.from({ length: 256 }, (_, byte) =>
    Math.round(255 * Math.min(1, (byte / 255) ** 2.2 * 2 ** stops) ** (1 / 2.2)),
  );
  return { ...image, data: image.data.map((value) => table[value]!) };
}

/** The picture at half its size: fine detail without the traces of earlier JPEG compression. */
export async function halved({ data, width, height }: RawImage): Promise<RawImage> {
  return decoded(
    fromRaw({ data, width, height })
      .resize(Math.round(width / 2), Math.round(height / 2), { fit: 'fill' })
      .raw(),
  );
}

const fromRaw = ({ data, width, height }: RawImage) =>
  sharp(data, { raw: { width, height, channels: 3 } });

async function decoded(pipeline: Sharp): Promise<RawImage> {
  const { data, info } = await pipeline.toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`expected 3 channels, got ${info.channels}`);
  return { data, width: info.width, height: info.height };
}
