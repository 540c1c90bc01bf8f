import { join, relative, resolve } from 'node:path';
import { requireFolder } from '../files/list-files.ts';
import { imageFinder } from '../image-finder.ts';
import { imageHints } from '../image-hint.ts';
import { sayMissing } from '../missing-images.ts';
import { refuseOutsideLinks } from '../outside-links.ts';
import type { DatasetImage } from '../row.ts';
import { findEntry, openCopy } from './files.ts';
import { joinedProblems, type PublishedImage } from './image.ts';
import type { PublishedConfig, PublishedDataset } from './published-dataset.ts';
import { inSplit } from './split.ts';

/**
 * A copy's images, of the split that is asked for. One line says how many of those listed are not there.
 *
 * @throws ConfigError a list is missing or is not what it should be, or none of the images is there
 */
export async function readCopy(
  dataset: PublishedDataset,
  settings: PublishedConfig,
): Promise<DatasetImage[]> {
  const listed = inSplit(await dataset.read(openCopy(dataset, settings)), settings.split, dataset);
  const folder = imageFolder(dataset, settings);
  requireFolder(folder, dataset.title);
  const find = imageFinder(folder);
  const located = listed.map((image) => ({ image, found: find(image.files) }));
  if (!settings.allowOutsideRoot) {
    const root = settings.images === undefined ? resolve(settings.root) : folder;
    refuseOutsideLinks(
      dataset.title,
      root,
      located.flatMap(({ found }) => found),
    );
  }
  const named = located.filter(({ image }) => image.files.length > 0);
  const missing = named.filter(({ found }) => found.length === 0);
  const names = missing.map(({ image }) => image.files[0]!);
  const hint = imageHints(folder);
  const hints = new Map(missing.map(({ image }, index) => [image, hint(names[index]!)]));
  sayMissing(
    dataset.title,
    {
      total: named.length,
      missing: names,
      folder,
      hint: [...hints.values()].find((each) => each !== undefined),
    },
    'images',
  );
  return located.map(({ image, found }) =>
    datasetImage(image, { folder, found, hint: hints.get(image)?.text }, dataset),
  );
}

function imageFolder({ imageFolders }: PublishedDataset, settings: PublishedConfig): string {
  const root = resolve(settings.root);
  if (settings.images !== undefined) return resolve(root, settings.images);
  const found = imageFolders.map((name) => findEntry(root, name));
  return found.find((path) => path !== undefined) ?? root;
}

/** Where an image was looked for, the files that may be it, and what else may be meant where none is. */
interface Location {
  folder: string;
  found: readonly string[];
  hint: string | undefined;
}

function datasetImage(
  { files, place, mos, split, group, ratings, problem, metadata }: PublishedImage,
  location: Location,
  { title, source, direction }: PublishedDataset,
): DatasetImage {
  const { folder, found } = location;
  const [name] = files;
  const described = joinedProblems([
    problem,
    name && describeFound(name, location, { title, source }),
  ]);
  const only = found.length === 1 ? found[0] : undefined;
  return {
    path: name === undefined ? `${folder}#${place}` : (only ?? join(folder, name)),
    mos,
    ...(group !== undefined && { group }),
    ...(ratings !== undefined && { ratings }),
    ...(described !== '' && { problem: described }),
    metadata: {
      ...metadata,
      ...(split && { split }),
      ...(direction !== undefined && { direction }),
    },
  };
}

/** What is wrong with the file of an image, in words; undefined when nothing is. */
function describeFound(
  name: string,
  { folder, found, hint }: Location,
  { title, source }: Pick<PublishedDataset, 'title' | 'source'>,
): string | undefined {
  if (found.length === 1) return undefined;
  if (found.length === 0) {
    return `${title}: the image ${name} is not in ${folder}; ${hint === undefined ? '' : `${hint}; `}complete the copy from ${source}`;
  }
  const named = found.map((path) => relative(folder, path)).join(' or ');
  return `${title}: the image ${name} may be ${named} in ${folder}, which differ in the case of their letters or how they are composed; remove or rename all but one`;
}
