/**
 * sharp's PNG encoder by level and filter, on photographs and their degraded copies: `node bench/png.ts
 * [folder of photographs]`. Without a folder, on images made here. Mean processor
 * time and size.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp, { type PngOptions } from 'sharp';
import { degrade } from '../src/degradations/index.ts';
import { PNG_OPTIONS } from '../src/images/encode.ts';
import type { RawImage } from '../src/images/raw-image.ts';
import { photographLike } from './photograph-like.ts';

const [WIDTH, HEIGHT, PHOTOGRAPHS] = [512, 384, 7];
const DEGRADATIONS = [
  ['zoom_blur', 3],
  ['spatter', 3],
  ['saturate', 3],
  ['fog', 4],
] as const;

sharp.cache(false);
sharp.concurrency(1);
const folder = process.argv[2];

async function photographs(): Promise<RawImage[]> {
  if (!folder)
    return Array.from({ length: PHOTOGRAPHS }, (_, i) => photographLike(WIDTH, HEIGHT, i));
  return Promise.all(
    readdirSync(folder)
      .slice(0, PHOTOGRAPHS)
      .map(async (name) => ({
        data: await sharp(join(folder, name))
          .resize(WIDTH, HEIGHT, { fit: 'cover' })
          .removeAlpha()
          .raw()
          .toBuffer(),
        width: WIDTH,
        height: HEIGHT,
      })),
  );
}

const images = (await photographs()).flatMap((image) => [
  image,
  ...DEGRADATIONS.map(([name, severity]) => degrade(image, name, severity, { seed: 1 })),
]);

async function measure(
  name: string,
  encode: (image: RawImage) => Uint8Array | Promise<Uint8Array>,
): Promise<void> {
  await encode(images[0]!);
  let bytes = 0;
  const before = process.cpuUsage();
  for (const image of images) bytes += (await encode(image)).length;
  const { user, system } = process.cpuUsage(before);
  const ms = (user + system) / 1000 / images.length;
  console.log(
    `${name.padEnd(44)} ${ms.toFixed(1).padStart(5)} ms ${(bytes / images.length / 1000).toFixed(0).padStart(4)} kB`,
  );
}

const withSharp =
  (options: PngOptions) =>
  ({ data, width, height }: RawImage) =>
    sharp(data, { raw: { width, height, channels: 3 } })
      .png(options)
      .toBuffer();

console.log(`mean of ${images.length} images of ${WIDTH}x${HEIGHT}`);
for (const compressionLevel of [1, 2, 3, 4, 6]) {
  await measure(`level ${compressionLevel}, no filters`, withSharp({ compressionLevel }));
  const isSent = compressionLevel === PNG_OPTIONS.compressionLevel;
  await measure(
    `level ${compressionLevel}, filters by row${isSent ? ' (what is sent)' : ''}`,
    withSharp({ compressionLevel, adaptiveFiltering: PNG_OPTIONS.adaptiveFiltering }),
  );
}
