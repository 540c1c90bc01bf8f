import { access, stat, writeFile } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { ConfigError } from '../src/common/config-error.ts';
import type { RawImage } from '../src/images/raw-image.ts';
import { rawInput } from '../src/images/resize.ts';

const ENCODERS: Record<string, (image: RawImage) => Promise<Buffer>> = {
  '.png': (image) => rawInput(image).png().toBuffer(),
  '.webp': (image) => rawInput(image).webp({ quality: 90 }).toBuffer(),
  '.jpg': (image) => rawInput(image).jpeg({ quality: 90, chromaSubsampling: '4:4:4' }).toBuffer(),
};

/** Where a command writes a picture. */
export interface PictureFile {
  path: string;
  write(image: RawImage): Promise<void>;
}

/**
 * Checks, before any work is done, that a picture can be written.
 *
 * @throws ConfigError another ending than .png, .webp and .jpg; no such folder; the file exists
 */
export async function openPictureFile(
  path: string,
  { force }: { force: boolean },
): Promise<PictureFile> {
  const ending = extname(path);
  const encode = ENCODERS[ending.toLowerCase()];
  if (!encode) {
    const found = ending ? `the ending "${ending}"` : 'no ending';
    throw new ConfigError(
      `output "${path}" has ${found}; write one of ${Object.keys(ENCODERS).join(', ')}`,
    );
  }
  const folder = dirname(resolve(path));
  if (!(await isFolder(folder))) {
    throw new ConfigError(`output "${path}": there is no folder ${folder}; make it first`);
  }
  if (!force && (await exists(path))) throw existsError(path);
  return {
    path,
    async write(image) {
      try {
        await writeFile(path, await encode(image), { flag: force ? 'w' : 'wx' });
      } catch (cause) {
        if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') {
          throw existsError(path);
        }
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new ConfigError(`output "${path}" could not be written: ${reason}`, { cause });
      }
    },
  };
}

const existsError = (path: string) =>
  new ConfigError(`output "${path}" exists already; add --force to replace it`);

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
