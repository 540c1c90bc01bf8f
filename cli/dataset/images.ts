import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import { MAX_INPUT_PIXELS } from '../../providers/images/load-image.ts';
import { readImageFile } from '../../providers/images/source.ts';
import { createPixelPool } from '../../providers/pixel-pool.ts';
import { createProgress } from '../progress.ts';

/** Files that are looked for at once, for disks behind a network. */
const LOOKS_AT_ONCE = 32;

/** Those of the images that are no file, or cannot be reached, in their order. */
export async function findMissing(images: readonly string[]): Promise<string[]> {
  const limit = pLimit(LOOKS_AT_ONCE);
  const isFile = (image: string) =>
    stat(image).then(
      (found) => found.isFile(),
      () => false,
    );
  const found = await Promise.all(images.map((image) => limit(isFile, image)));
  return images.filter((_, index) => !found[index]);
}

/** What is wrong with those of the images that cannot be decoded, in their order. */
export async function findUndecodable(images: readonly string[]): Promise<string[]> {
  const progress = createProgress('images decoded', images.length);
  const pool = createPixelPool();
  const limit = pLimit(availableParallelism() + 1);
  const decode = async (image: string) => {
    try {
      const file = await readImageFile(image);
      await pool.run('decode', { file, maxInputPixels: MAX_INPUT_PIXELS });
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    } finally {
      progress.advance();
    }
  };
  try {
    const failures = await Promise.all(images.map((image) => limit(decode, image)));
    return failures.filter((failure) => failure !== undefined);
  } finally {
    progress.end();
    await pool.close();
  }
}
