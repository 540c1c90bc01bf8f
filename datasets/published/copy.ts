import { join, resolve } from 'node:path';
import { ConfigError } from '../../providers/config-error.ts';
import { listFiles } from '../files/list-files.ts';
import type { DatasetImage } from '../row.ts';
import { findEntry, openCopy } from './files.ts';
import type { PublishedImage } from './image.ts';
import type { PublishedConfig, PublishedDataset } from './published.ts';

/** A copy's images, of the split that is asked for, and those that are listed and not there. */
export interface ReadCopy {
  images: DatasetImage[];
  /** Where the images are. */
  folder: string;
  missing: string[];
  /** How many are missing where, the first few named. */
  describeMissing(): string;
}

const MISSING_NAMED = 3;

/** @throws ConfigError a list is missing or is not what it should be, or none of the images is there */
export async function readCopy(
  dataset: PublishedDataset,
  settings: PublishedConfig,
): Promise<ReadCopy> {
  const listed = inSplit(
    await dataset.read(openCopy(dataset, settings)),
    settings.split,
    dataset.title,
  );
  const folder = imageFolder(dataset, settings);
  const find = imageFinder(listFiles(folder, dataset.title));
  const named = listed.filter(({ files }) => files.length > 0);
  const missing = named.flatMap(({ files }) =>
    find(files) === undefined ? [files[0] as string] : [],
  );
  const shown = `${missing.slice(0, MISSING_NAMED).join(', ')}${missing.length > MISSING_NAMED ? ', …' : ''}`;
  const total = named.length.toLocaleString('en');
  if (missing.length === named.length) {
    throw new ConfigError(
      `${dataset.title}: none of the ${total} images is in ${folder} (looked for ${shown}); set images to their folder, relative to root`,
    );
  }
  const count = missing.length.toLocaleString('en');
  const described = `${dataset.title}: ${count} of ${total} images ${missing.length === 1 ? 'is' : 'are'} not in ${folder} (${shown})`;
  return {
    images: listed.map((image) => datasetImage(image, folder, find(image.files), dataset)),
    folder,
    missing,
    describeMissing: () => described,
  };
}

/**
 * Images that cannot be read stay in: nobody knows that they belong to another split.
 *
 * @throws ConfigError no image is in the split
 */
function inSplit(images: PublishedImage[], split: string, title: string): PublishedImage[] {
  if (split === 'all') return images;
  const kept = images.filter((image) => image.split === split || image.files.length === 0);
  if (kept.some(({ files }) => files.length > 0)) return kept;
  throw new ConfigError(
    `${title}: none of the ${images.length.toLocaleString('en')} images that are listed is in the split "${split}"`,
  );
}

function imageFolder({ imageFolders }: PublishedDataset, settings: PublishedConfig): string {
  const root = resolve(settings.root);
  if (settings.images !== undefined) return resolve(root, settings.images);
  const found = imageFolders.map((name) => findEntry(root, name));
  return found.find((path) => path !== undefined) ?? root;
}

/** Finds a file among these by the first of its names that is there, exactly or but for the case of its letters. */
function imageFinder(files: readonly string[]): (names: readonly string[]) => string | undefined {
  const exact = new Set(files);
  const byLowerCase = new Map(files.map((file) => [file.toLowerCase(), file]));
  return (names) =>
    names.find((name) => exact.has(name)) ??
    names.map((name) => byLowerCase.get(name.toLowerCase())).find((file) => file !== undefined);
}

function datasetImage(
  { files, place, mos, split, group, problem, metadata }: PublishedImage,
  folder: string,
  found: string | undefined,
  { title, source, direction }: PublishedDataset,
): DatasetImage {
  const [name] = files;
  const lacking =
    name !== undefined && found === undefined
      ? `${title}: the image ${name} is not in ${folder}; complete the copy from ${source}`
      : undefined;
  const described = [problem, lacking].filter((text) => text !== undefined).join('; ');
  return {
    path: name === undefined ? `${folder}#${place}` : join(folder, found ?? name),
    mos,
    ...(group !== undefined && { group }),
    ...(described !== '' && { problem: described }),
    metadata: {
      ...metadata,
      ...(split && { split }),
      ...(direction !== undefined && { direction }),
    },
  };
}
