/**
 * What is sent about an image, in bytes: `node bench/sent-bytes.ts <folder of images> [count]`. Each of the
 * first `count` images (100) and its four degraded copies is encoded in every format as it is sent; printed
 * are the means, beside the raw pixels, and the bytes of the eight requests of the debiased method when
 * every request carries its two images (base64), and when each image is uploaded once.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { plainTable } from '../cli/plain-table.ts';
import { conditionSeed } from '../providers/condition-seed.ts';
import { PAPER_CONDITIONS } from '../providers/config.ts';
import { readImageFile } from '../providers/images/source.ts';
import { decode, degradeAndResize, encode } from '../providers/pixel-worker.ts';

const FORMATS = ['png', 'webp-lossless', 'jpeg'] as const;
const BASE64 = 4 / 3;
const QUESTIONS = 2;

const [folder, count = '100'] = process.argv.slice(2);
if (!folder) throw new Error('name a folder of images');
const files = readdirSync(folder)
  .filter((name) => /\.(jpe?g|png|webp)$/i.test(name))
  .slice(0, Number(count));

const totals = new Map<string, { query: number; copies: number }>(
  FORMATS.map((format) => [format, { query: 0, copies: 0 }]),
);
let pixels = 0;
for (const name of files) {
  const file = await readImageFile(join(folder, name));
  const image = await decode({ file, maxInputPixels: 64_000_000 });
  pixels += image.width * image.height;
  const copies = [];
  for (const { degradation, severity } of PAPER_CONDITIONS) {
    const seed = conditionSeed(0, image.sha256, degradation);
    const args = { image, degradation, severity, seed, size: image, withPicture: false };
    copies.push((await degradeAndResize(args)).image);
  }
  for (const [format, total] of totals) {
    const sizeOf = async (of: typeof image) =>
      (await encode({ image: of, format: format as (typeof FORMATS)[number] })).bytes.length;
    total.query += await sizeOf(image);
    for (const copy of copies) total.copies += await sizeOf(copy);
  }
}

const kb = (bytes: number) => (bytes / files.length / 1000).toFixed(0);
const conditions = PAPER_CONDITIONS.length;
console.log(
  `${files.length} images, ${Math.round(pixels / files.length)} pixels in the mean; kB an image`,
);
console.log(
  plainTable(
    ['format', 'query', 'a copy', 'raw pixels', 'eight requests', 'uploaded once'],
    [...totals].map(([format, { query, copies }]) => [
      format,
      kb(query),
      kb(copies / conditions),
      kb(pixels * 3),
      kb((query * conditions + copies) * QUESTIONS * BASE64),
      kb(query + copies),
    ]),
  ),
);
