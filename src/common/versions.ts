import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import sharp from 'sharp';
import { z } from 'zod';

const packageFile = findPackageJSON('..', import.meta.url);
if (!packageFile) throw new Error('the package.json of promptfoo-iqa is missing');
const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(packageFile, 'utf8')));

/** Versions that results depend on, recorded with every row. */
export const versions = {
  'promptfoo-iqa': version,
  sharp: sharp.versions.sharp,
  vips: sharp.versions.vips,
  node: process.versions.node,
};
