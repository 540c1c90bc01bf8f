import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import sharp from 'sharp';
import { RECIPE } from './sample-recipe.ts';

const MANIFEST_FILE = 'manifest.json';

/** What a set was made from, and what it consists of. */
interface Manifest {
  recipe: typeof RECIPE;
  /** The pixels depend on these. */
  versions: { sharp: string; vips: string };
  /** SHA-256 of each photograph's file. */
  sources: Record<string, string>;
  /** Size in bytes of each file made. */
  files: Record<string, number>;
}

/** Writes the manifest of the set in `folder`; the last thing to do there. */
export async function writeManifest(
  folder: string,
  sources: Record<string, string>,
  files: readonly string[],
): Promise<void> {
  const sizes = await Promise.all(
    files.map(async (file) => [file, (await stat(join(folder, file))).size] as const),
  );
  const manifest: Manifest = { ...origin(sources), files: Object.fromEntries(sizes) };
  await writeFile(join(folder, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** Whether `folder` holds a whole set, made from these photographs by this recipe. */
export async function isComplete(
  folder: string,
  sources: Record<string, string>,
): Promise<boolean> {
  const manifest = await readManifest(folder);
  if (!manifest) return false;
  const { files, ...madeFrom } = manifest;
  if (!isDeepStrictEqual(madeFrom, JSON.parse(JSON.stringify(origin(sources))))) return false;
  const intact = await Promise.all(
    Object.entries(files).map(async ([file, size]) => {
      const found = await stat(join(folder, file)).catch(() => undefined);
      return found?.size === size;
    }),
  );
  return intact.every(Boolean);
}

const origin = (sources: Record<string, string>) => ({
  recipe: RECIPE,
  versions: { sharp: sharp.versions.sharp ?? '', vips: sharp.versions.vips },
  sources,
});

async function readManifest(folder: string): Promise<Manifest | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, MANIFEST_FILE), 'utf8')) as Manifest;
  } catch {
    // No manifest, or one that is cut short: the set is made again.
    return undefined;
  }
}
