import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import { describeNoFile } from '../../src/common/describe-no-file.ts';
import { readImageFile } from '../../src/images/image-file.ts';
import { MAX_INPUT_PIXELS } from '../../src/images/load-image.ts';
import { createPixelPool } from '../../src/method/pixel-pool.ts';
import { createProgress } from '../counter-line.ts';

/** Files that are looked for at once, for disks behind a network. */
const LOOKS_AT_ONCE = 32;

/** Images that are no files, in their order. */
export interface NoFiles {
  /** Under whose names nothing is there, or cannot be reached. */
  missing: string[];
  /** Under whose names something else is there, such as a folder or a named pipe: what it is, by the name. */
  others: Map<string, string>;
}

export async function findNoFiles(images: readonly string[]): Promise<NoFiles> {
  const limit = pLimit(LOOKS_AT_ONCE);
  const look = (image: string) => stat(image).catch(() => undefined);
  const found = await Promise.all(images.map((image) => limit(look, image)));
  return {
    missing: images.filter((_, index) => found[index] === undefined),
    others: new Map(
      images.flatMap((image, index) => {
        const kind = found[index]?.isDirectory() ? 'a folder' : describeNoFile(found[index]);
        return kind === undefined ? [] : [[image, kind] as const];
      }),
    ),
  };
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
