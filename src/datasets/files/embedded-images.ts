import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileTypeFromBuffer } from 'file-type';
import { z } from 'zod';
import { iqaFolder } from '../../harness/iqa-folder.ts';
import { say } from '../say.ts';

/** Images that a list itself holds: the name in the list, and the file that was written; neither where there is no image. */
export type EmbeddedImages = readonly { name: string; file?: string | undefined }[];

const INDEX = 'images.json';
const indexSchema = z.array(z.object({ name: z.string(), file: z.string().optional() }));

/** Bytes at the end of a file that tell it from others: the index of a Parquet file lies there. */
const TAIL = 65_536;

/** Longest part of a name that is kept. */
const NAME_LENGTH = 80;

/**
 * A folder below the plugin's own for the images inside a file, named after that file's size, time and
 * index. Images are written as they are, unread, and only once: `known` has them where they were.
 *
 * @param path the file that holds the images
 */
export async function openEmbeddedImages(path: string) {
  const folder = join(iqaFolder(), 'embedded', await fingerprint(path));
  const images: { name: string; file?: string | undefined }[] = [];
  return {
    known: await readIndex(folder),
    /** The image of the next row; one without bytes is only a name. */
    async add({ bytes, name }: { bytes?: Uint8Array; name: string }): Promise<void> {
      if (bytes === undefined) {
        images.push({ name });
        return;
      }
      await mkdir(folder, { recursive: true });
      const file = `${String(images.length + 1).padStart(6, '0')}-${await fileName(name, bytes)}`;
      await writeWhole(join(folder, file), bytes);
      images.push({ name: name || file, file });
    },
    async finish(list: string): Promise<EmbeddedImages> {
      const written = images.filter(({ file }) => file !== undefined).length;
      if (written > 0) {
        await writeWhole(join(folder, INDEX), JSON.stringify(images));
        say(`${list}: the ${written} images inside were written to ${folder}`);
      }
      return rooted(images, folder);
    },
  };
}

async function readIndex(folder: string): Promise<EmbeddedImages | undefined> {
  const text = await readFile(join(folder, INDEX), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const images = indexSchema.parse(JSON.parse(text));
  const isWhole = images.every(({ file }) => file === undefined || existsSync(join(folder, file)));
  return isWhole ? rooted(images, folder) : undefined;
}

const rooted = (images: z.output<typeof indexSchema>, folder: string): EmbeddedImages =>
  images.map(({ name, file }) => ({ name, file: file && join(folder, file) }));

async function fingerprint(path: string): Promise<string> {
  const { size, mtimeMs } = await stat(path);
  const file = await open(path, 'r');
  try {
    const tail = Buffer.alloc(Math.min(TAIL, size));
    await file.read(tail, 0, tail.length, size - tail.length);
    const hash = createHash('sha256').update(`${size} ${mtimeMs} `).update(tail);
    return hash.digest('hex').slice(0, 32);
  } finally {
    await file.close();
  }
}

/** A name without folders and characters that file systems refuse, with the ending of what it is. */
async function fileName(name: string, bytes: Uint8Array): Promise<string> {
  const plain = name.replace(/[^\p{L}\p{N}._ -]/gu, '_').slice(-NAME_LENGTH);
  if (/\.\w+$/.test(plain)) return plain;
  const type = await fileTypeFromBuffer(bytes).catch(() => undefined);
  return `${plain || 'image'}.${type?.ext ?? 'bin'}`;
}

/** Whole or not at all, for processes that read the folder meanwhile. */
async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const partial = `${path}.${process.pid}.part`;
  await writeFile(partial, content);
  await rename(partial, path);
}
