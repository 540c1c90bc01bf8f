import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach } from 'vitest';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** A folder with these files, removed after the test. */
export async function tree(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'iqa-tree-'));
  folders.push(folder);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

/** Writes files that are listed, and links to nothing in place of images, so that opening one fails. */
export async function writeCopy(
  folder: string,
  lists: Record<string, string | Uint8Array>,
  images: readonly string[],
): Promise<{ root: string }> {
  const paths = [...Object.keys(lists), ...images].map((path) => join(folder, path));
  for (const parent of new Set(paths.map(dirname))) await mkdir(parent, { recursive: true });
  for (const [path, content] of Object.entries(lists)) await writeFile(join(folder, path), content);
  for (const image of images) await symlink('nowhere', join(folder, image));
  return { root: folder };
}
