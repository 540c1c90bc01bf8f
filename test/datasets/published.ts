import { basename, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { PublishedLoader } from '../../datasets/index.ts';
import { ConfigError } from '../../src/common/config-error.ts';
import { describeLoader, type ListedImage } from './contract.ts';
import { tree, writeCopy } from './trees.ts';

/** A data set's own tree: its lists, and where its images lie. */
export interface CopyWriter {
  /** Content of each list by its path, for these images. */
  lists(
    images: readonly ListedImage[],
  ): Record<string, string | Uint8Array> | Promise<Record<string, string | Uint8Array>>;
  /** Images of a tree. */
  listed: (count: number) => ListedImage[];
  /** Path of an image from the root. */
  path: (image: ListedImage) => string;
  /** Images of the large tree; 2,000 if left out, to spare time: bench/datasets.ts has all sizes. */
  large?: number;
}

/** What every published data set keeps to. */
export function describePublished(
  name: string,
  load: PublishedLoader,
  { lists, listed, path, large = 2000 }: CopyWriter,
): void {
  const write = async (folder: string, images: readonly ListedImage[], there = images) =>
    writeCopy(folder, await lists(images), there.map(path));
  const copy = async (there?: (images: readonly ListedImage[]) => readonly ListedImage[]) => {
    const images = listed(200);
    return write(join(await tree({}), 'copy'), images, there?.(images));
  };
  const failure = async (config: object): Promise<string> => {
    const error = await load(config).then(
      () => new Error('no error'),
      (reason: Error) => reason,
    );
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).not.toContain('\n');
    return error.message;
  };

  describeLoader(name, write, load, { listed, large });

  describe(`${name}: a copy that is not whole`, () => {
    it('names the list that is missing, what it looks like, and where the data set is published', async () => {
      const { root } = await writeCopy(join(await tree({}), 'copy'), {}, listed(3).map(path));
      const message = await failure({ root });
      const [list] = Object.keys(await lists(listed(3)));
      expect(message).toContain(basename(list as string));
      expect(message).toContain(`in ${root}, a `);
      expect(message).toContain(load.published.source);
    });

    it('says that the folder is not there', async () => {
      const message = await failure({ root: 'nowhere/at/all' });
      expect(message).toContain(`${load.published.title}: there is no folder`);
      expect(message).toContain(load.published.source);
    });

    it('says how many images are missing, and names the first; each is an error on its row', async () => {
      const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
      const { root } = await copy((images) => images.filter((_, index) => index % 50 !== 3));
      const rows = await load({ root });
      const said = stderr.mock.calls.map(([text]) => String(text)).join('');
      stderr.mockRestore();
      expect(said).toContain(`${load.published.title}: 4 of 200 images are not in ${root}`);
      expect(said).toContain(', …)');
      expect(rows).toHaveLength(200);
      const broken = rows.filter(({ metadata }) => metadata.problem);
      expect(broken.map((row) => rows.indexOf(row))).toEqual([3, 53, 103, 153]);
      expect(broken[0]?.metadata.problem).toMatch(
        /the image .* is not in .*; complete the copy from/,
      );
    });

    it('takes a file but for the case of its letters, and refuses to choose between two', async () => {
      const renamed = (image: ListedImage, change: (name: string) => string) => {
        const name = basename(path(image));
        return path(image).slice(0, -name.length) + change(name);
      };
      const images = listed(200);
      const [first, second, ...others] = images as [ListedImage, ListedImage, ...ListedImage[]];
      const turned = (text: string, odd: number) =>
        [...text]
          .map((letter, index) => (index % 2 === odd ? letter.toUpperCase() : letter.toLowerCase()))
          .join('');
      const twins = [0, 1].map((odd) => renamed(first, (name) => turned(name, odd)));
      const one = renamed(second, (name) => turned(name, 0));
      const { root } = await writeCopy(join(await tree({}), 'copy'), await lists(images), [
        ...twins,
        one,
        ...others.map(path),
      ]);
      const rows = await load({ root });
      expect(rows.filter(({ metadata }) => metadata.problem)).toEqual([rows[0]]);
      expect(rows[0]?.metadata.problem).toMatch(/may be .* or .* in .*, which differ in the case/);
      for (const twin of twins) expect(rows[0]?.metadata.problem).toContain(basename(twin));
      expect(basename(rows[1]?.vars.image ?? '')).toBe(basename(one));
    });

    it('ends the run when none of the images is there', async () => {
      const { root } = await copy(() => []);
      expect(await failure({ root })).toMatch(
        /none of the 200 images is in .* \(looked for .*, …\); set images to their folder/,
      );
    });
  });

  describe(`${name}: configuration`, () => {
    it('takes the folder of the images from it', async () => {
      const { root } = await copy();
      expect(await failure({ root, images: 'elsewhere' })).toContain(
        `there is no folder ${root}/elsewhere`,
      );
    });

    it('refuses unknown keys, unknown splits and a root that is not set', async () => {
      expect(await failure({ root: 'x', limt: 3 })).toContain(
        'unknown key "limt", did you mean "limit"?',
      );
      expect(await failure({ root: 'x', split: 'tests' })).toContain('split: ');
      expect(await failure({ root: '{{env.NOT_SET_ROOT}}' })).toContain(
        `datasets/${name}.ts: config: root: the environment variable NOT_SET_ROOT is not set`,
      );
    });
  });
}
