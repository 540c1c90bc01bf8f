import { basename, dirname, resolve } from 'node:path';
import { z } from 'zod';
import { ConfigError, parseConfig } from '../src/common/config-error.ts';
import { excludeField, withoutExcluded } from '../src/datasets/exclude.ts';
import { listFiles } from '../src/datasets/files/list-files.ts';
import { IMAGE_FORMATS, isImageName } from '../src/datasets/image-ending.ts';
import { displayPath } from '../src/datasets/image-path.ts';
import { allowOutsideRootField, refuseOutsideLinks } from '../src/datasets/outside-links.ts';
import { type DatasetRow, rowsOf } from '../src/datasets/row.ts';
import { subsetFields } from '../src/datasets/subset.ts';
import { testGenerator } from '../src/datasets/test-generator.ts';

export const folderConfigSchema = z.strictObject({
  root: z
    .string()
    .min(1)
    .describe('Folder of the images, with its subfolders, relative to the working directory.'),
  dataset: z
    .string()
    .min(1)
    .optional()
    .describe("Name of the data set. Default: the folder's name."),
  exclude: excludeField,
  ...subsetFields,
  allowOutsideRoot: allowOutsideRootField,
});

/** Images of formats that are not decoded (`src/images/refuse-other-kinds.ts`), by the endings of their files. */
const UNREAD_ENDING =
  /\.(heic|heif|jxl|jp2|j2k|jpx|jxr|jls|psd|psb|xcf|exr|hdr|tga|ppm|pgm|pnm|dng|cr2|cr3|nef|nrw|arw|raf|orf|rw2|pef|srw)$/i;

/** Left out files that a line names. */
const UNREAD_NAMED = 3;

function sayUnread(root: string, files: readonly string[]): void {
  if (files.length === 0) return;
  const named = files.slice(0, UNREAD_NAMED).join(', ');
  process.stderr.write(
    `${root}: ${files.length} ${files.length === 1 ? 'image is' : 'images are'} left out, of formats that are not read (${named}${files.length > UNREAD_NAMED ? ', …' : ''}); convert to PNG what is to be rated\n`,
  );
}

function folderDataset(config: unknown): DatasetRow[] {
  const settings = parseConfig(folderConfigSchema, config, 'datasets/folder.ts: config');
  const root = resolve(settings.root);
  const { allowOutsideRoot } = settings;
  const all = listFiles(root, settings.root, { allowOutsideRoot });
  const listed = all.filter(isImageName);
  sayUnread(
    settings.root,
    all.filter((file) => UNREAD_ENDING.test(file)),
  );
  if (listed.length === 0) {
    throw new ConfigError(
      `${settings.root}: there is no image of a format that is read (${IMAGE_FORMATS}) in ${root}`,
    );
  }
  const files = withoutExcluded(listed, settings.exclude, (file) => file, settings.root);
  if (!allowOutsideRoot) {
    refuseOutsideLinks(
      settings.root,
      root,
      files.map((file) => resolve(root, file)),
    );
  }
  return rowsOf(
    {
      name: settings.dataset ?? basename(root),
      file: settings.root,
      source: {
        file: displayPath(root),
        read:
          settings.exclude === undefined ? {} : { exclude: [settings.exclude].flat().join(' ') },
      },
    },
    files.map((file) => ({
      path: resolve(root, file),
      ...(file.includes('/') && { group: dirname(file) }),
    })),
    settings,
  );
}

/**
 * promptfoo test generator for a folder of images that nobody has scored:
 * `tests: [{path: file://datasets/folder.ts, config: {root}}]`. Its rows have no `mos`, and their data
 * set gets no correlation row: scores are reported, no agreement with people is claimed. Images in
 * subfolders are grouped by subfolder. Other files are left alone; no image is opened.
 *
 * @throws ConfigError broken configuration, no such folder, or no image in it
 */
export default testGenerator(folderConfigSchema, folderDataset);
