/**
 * Makes the pictures of docs/degradations.md: `node docs/pictures/make.ts`.
 */
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { encodeImage } from '../../src/images/encode.ts';
import { scene } from './scene.ts';

/** The sheet is drawn for displays of two device pixels a pixel; half of it is enough for a page. */
const SHEET_WIDTH = 1054;

const local = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const { bytes } = await encodeImage(scene(), 'png');
writeFileSync(local('scene.png'), bytes);
execFileSync(process.execPath, [
  local('../../cli/main.ts'),
  ...['degradations', local('scene.png'), '-o', local('sheet.png'), '--force'],
]);
await sharp(local('sheet.png'))
  .resize(SHEET_WIDTH)
  .webp({ quality: 80 })
  .toFile(local('degradations.webp'));
for (const name of ['scene.png', 'sheet.png']) rmSync(local(name));
