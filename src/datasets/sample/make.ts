import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError } from '../../common/config-error.ts';
import { decodeImage } from '../../images/decode.ts';
import type { RawImage } from '../../images/raw-image.ts';
import { rawInput, resizeImage } from '../../images/resize.ts';
import { displayPath } from '../image-path.ts';
import { attribution } from './attribution.ts';
import { distort } from './distortions.ts';
import { isComplete, writeManifest } from './manifest.ts';
import { msSsim } from './ms-ssim.ts';
import { PHOTOGRAPHS, type Photograph } from './photographs.ts';
import {
  LONG_SIDE_PIXELS,
  PICTURES,
  SAMPLE_CSV,
  type SamplePicture,
  SCORE_COLUMN,
} from './sample-recipe.ts';

/** Where `node src/datasets/sample/make.ts` and `datasets/sample.ts` keep the set. */
export const SAMPLE_FOLDER = fileURLToPath(
  new URL('../../../datasets/sample/generated', import.meta.url),
);

const PARTIAL = '.partial-';

/** A partial folder older than this was left by a make that was interrupted. */
const ABANDONED_AFTER_MS = 10 * 60_000;

const MAX_SOURCE_PIXELS = 10_000_000;

/**
 * Makes the sample set in `folder`: small copies of the photographs, each pristine and distorted, a
 * CSV with their scores and an ATTRIBUTION.md. Does nothing when it is there already, whole and by
 * the present recipe. The set appears at once, by a rename: an interrupted make leaves none.
 *
 * @returns whether it was made
 * @throws ConfigError the packages with the photographs are not installed
 */
export async function makeSample(folder: string = SAMPLE_FOLDER): Promise<boolean> {
  const photographs = await Promise.all(PHOTOGRAPHS.map(readPhotograph));
  const sources = Object.fromEntries(
    photographs.map(({ name, bytes }) => [name, createHash('sha256').update(bytes).digest('hex')]),
  );
  if (await isComplete(folder, sources)) return false;

  await mkdir(dirname(folder), { recursive: true });
  await removeAbandoned(folder);
  const partial = await mkdtemp(`${folder}${PARTIAL}`);
  try {
    await mkdir(join(partial, 'images'));
    const scores: string[] = [];
    for (const photograph of photographs) scores.push(...(await makePictures(photograph, partial)));
    await writeFile(
      join(partial, SAMPLE_CSV),
      `image,${SCORE_COLUMN},photograph,family,level\n${scores.join('\n')}\n`,
    );
    await writeFile(join(partial, 'ATTRIBUTION.md'), attribution());
    const files = [...PICTURES.map(({ file }) => file), SAMPLE_CSV, 'ATTRIBUTION.md'];
    await writeManifest(partial, sources, files);
    await replace(folder, partial, sources);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return true;
}

/**
 * Makes the sample set in a folder of the user's, once: what lies there is the user's from then on, and is
 * neither compared nor replaced.
 *
 * @returns whether it was made
 * @throws ConfigError there is a folder of this name with something else in it
 */
export async function makeSampleIn(folder: string): Promise<boolean> {
  if (existsSync(join(folder, SAMPLE_CSV))) return false;
  const found = existsSync(folder) ? await readdir(folder) : [];
  if (found.length > 0) {
    throw new ConfigError(
      `sample data set: the folder "${displayPath(folder)}" holds "${found[0]}" and no ${SAMPLE_CSV}; name another folder, in which the set can be made`,
    );
  }
  return makeSample(folder);
}

/** Puts the finished set in its place, unless another process was quicker. */
async function replace(
  folder: string,
  finished: string,
  sources: Record<string, string>,
): Promise<void> {
  if (await isComplete(folder, sources)) return;
  await rm(folder, { recursive: true, force: true });
  await rename(finished, folder).catch(async (cause) => {
    if (!(await isComplete(folder, sources))) throw cause;
  });
}

interface PhotographFile extends Photograph {
  bytes: Buffer;
}

/** The photograph as `npm run build` puts it into the package, else as npm has installed it for a checkout. */
async function readPhotograph(photograph: Photograph): Promise<PhotographFile> {
  const shipped = new URL(`./photographs/${photograph.name}.jpg`, import.meta.url);
  try {
    const path = existsSync(shipped)
      ? shipped
      : createRequire(import.meta.url).resolve(photograph.file);
    return { ...photograph, bytes: await readFile(path) };
  } catch (cause) {
    throw new ConfigError(
      `sample data set: the photograph ${photograph.name} is not there; in a checkout run \`npm ci\`, elsewhere install promptfoo-iqa again`,
      { cause },
    );
  }
}

/** Writes the pictures of one photograph; returns their lines of the CSV. */
async function makePictures(photograph: PhotographFile, folder: string): Promise<string[]> {
  const pristine = await shrink(photograph);
  const pictures = PICTURES.filter((picture) => picture.photograph.name === photograph.name);
  return Promise.all(pictures.map((picture) => makePicture(picture, pristine, folder)));
}

async function shrink({ file, bytes }: PhotographFile): Promise<RawImage> {
  const image = await decodeImage({ name: file, bytes }, MAX_SOURCE_PIXELS);
  const factor = LONG_SIDE_PIXELS / Math.max(image.width, image.height);
  return resizeImage(image, {
    width: Math.round(image.width * factor),
    height: Math.round(image.height * factor),
  });
}

async function makePicture(
  { file, photograph: { name }, family, level }: SamplePicture,
  pristine: RawImage,
  folder: string,
): Promise<string> {
  const image =
    family === 'pristine' || level === 0 ? pristine : await distort(pristine, name, family, level);
  await rawInput(image).png().toFile(join(folder, file));
  return [file, msSsim(pristine, image).toFixed(6), name, family, level].join(',');
}

async function removeAbandoned(folder: string): Promise<void> {
  const parent = dirname(folder);
  const partials = (await readdir(parent)).filter((name) =>
    name.startsWith(basename(folder) + PARTIAL),
  );
  for (const name of partials) {
    const path = join(parent, name);
    const found = await stat(path).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > ABANDONED_AFTER_MS) {
      await rm(path, { recursive: true, force: true });
    }
  }
}

async function main(): Promise<void> {
  const start = performance.now();
  const made = await makeSample();
  const where = relative(process.cwd(), SAMPLE_FOLDER);
  console.log(
    made
      ? `made the sample data set in ${where}: ${PICTURES.length} pictures, ${((performance.now() - start) / 1000).toFixed(1)} s`
      : `the sample data set is in ${where} already`,
  );
}

// Not awaited here: with a wait at the top of a module, `require` would refuse the whole package.
if (import.meta.main) void main();
