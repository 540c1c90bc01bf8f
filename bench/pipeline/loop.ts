/**
 * The same work in a straightforward loop, `node bench/pipeline/loop.ts <server> <file> ...`: an image at
 * a time decoded, degraded in plain TypeScript, shrunk and encoded, and eight requests sent at once. It
 * prints the seconds from the first image to the last answer.
 */
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { fog } from '../../src/degradations/fog.ts';
import { saturate } from '../../src/degradations/saturate.ts';
import { spatter } from '../../src/degradations/spatter.ts';
import { zoomBlur } from '../../src/degradations/zoom-blur.ts';
import type { RawImage } from '../../src/images/raw-image.ts';
import { resizeImage, sentSize } from '../../src/images/resize.ts';

const CONDITIONS = [
  [zoomBlur, 3],
  [spatter, 3],
  [saturate, 3],
  [fog, 4],
] as const;
const QUESTIONS = [
  'The visual quality of the first image is poor. How about the visual quality of the second image. Good or poor?',
  'Do these two images describe the same object? Yes or no',
];

const [server, ...files] = process.argv.slice(2) as [string, ...string[]];

async function part(image: RawImage): Promise<object> {
  const { data, width, height } = await resizeImage(image, sentSize(image, 1_048_576));
  const png = await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
  return {
    type: 'image_url',
    image_url: { url: `data:image/png;base64,${png.toString('base64')}` },
  };
}

async function ask(content: object[]): Promise<void> {
  const response = await fetch(`${server}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'bench', logprobs: true, messages: [{ role: 'user', content }] }),
  });
  await response.json();
}

const start = performance.now();
for (const file of files) {
  const { data, info } = await sharp(await readFile(file))
    .raw()
    .toBuffer({ resolveWithObject: true });
  const image = { data, width: info.width, height: info.height };
  const query = await part(image);
  await Promise.all(
    CONDITIONS.map(async ([degradation, severity], seed) => {
      const degraded = await part(degradation.apply(image, severity, seed));
      await Promise.all(QUESTIONS.map((text) => ask([degraded, query, { type: 'text', text }])));
    }),
  );
}
console.log((performance.now() - start) / 1000);
