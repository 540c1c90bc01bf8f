import { join, resolve } from 'node:path';
import { listFiles } from '../files/list-files.ts';
import { sayMissing } from '../missing-images.ts';
import type { DatasetImage } from '../row.ts';
import { findEntry, openCopy } from './files.ts';
import { joinedProblems, type PublishedImage } from './image.ts';
import { imageFinder } from './image-finder.ts';
import type { PublishedConfig, PublishedDataset } from './published.ts';
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
  const find = imageFinder(listFiles(folder, dataset.title));
  const named = listed.filter(({ files }) => files.length > 0);
  const missing = named.filter(({ files }) => find(files).length === 0);
  sayMissing(
    dataset.title,
    { total: named.length, missing: missing.map(({ files }) => files[0] as string), folder },
    'set images to their folder, relative to root',
  );
  return listed.map((image) => datasetImage(image, folder, find(image.files), dataset));
}

function imageFolder({ imageFolders }: PublishedDataset, settings: PublishedConfig): string {
  const root = resolve(settings.root);
  if (settings.images !== undefined) return resolve(root, settings.images);
  const found = imageFolders.map((name) => findEntry(root, name));
  return found.find((path) => path !== undefined) ?? root;
}

function datasetImage(
  { files, place, mos, split, group, problem, metadata }: PublishedImage,
  folder: string,
  found: readonly string[],
  { title, source, direction }: PublishedDataset,
): DatasetImage {
  const [name] = files;
  const described = joinedProblems([
    problem,
    name && describeFound(name, found, folder, { title, source }),
  ]);
  return {
    path: name === undefined ? `${folder}#${place}` : join(folder, onlyOf(found) ?? name),
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

const onlyOf = (found: readonly string[]): string | undefined =>
  found.length === 1 ? found[0] : undefined;

/** What is wrong with the file of an image, in words; undefined when nothing is. */
function describeFound(
  name: string,
  found: readonly string[],
  folder: string,
  { title, source }: Pick<PublishedDataset, 'title' | 'source'>,
): string | undefined {
  if (found.length === 1) return undefined;
  return found.length === 0
    ? `${title}: the image ${name} is not in ${folder}; complete the copy from ${source}`
    : `${title}: the image ${name} may be ${found.join(' or ')} in ${folder}, which differ in the case of their letters alone; remove or rename all but one`;
}
