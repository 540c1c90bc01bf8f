import { resolve } from 'node:path';
import { parseConfig } from '../../common/config-error.ts';
import { displayPath } from '../image-path.ts';
import { rowsOf } from '../row.ts';
import { type DatasetLoader, testGenerator } from '../test-generator.ts';
import { readCopy } from './copy.ts';
import {
  type PublishedConfig,
  type PublishedDataset,
  publishedConfigSchema,
} from './published-dataset.ts';
import { scaleOfScores } from './scale.ts';

/** A promptfoo test generator that also says what it loads. */
export interface PublishedLoader extends DatasetLoader {
  published: PublishedDataset;
}

/**
 * The promptfoo test generator of a published data set: `{root, images?, split?, dataset?, groups?, limit?, seed?}`
 * in, one row an image out. Images that are not there are looked for in a directory listing, without
 * opening one: their rows carry a problem, and one line says how many they are.
 *
 * @param name the data set's file: `koniq-10k` for `datasets/koniq-10k.ts`
 */
export function publishedLoader(name: string, published: PublishedDataset): PublishedLoader {
  const schema = publishedConfigSchema(published);
  const load = testGenerator(schema, async (config) => {
    const settings = parseConfig(schema, config, `datasets/${name}.ts: config`);
    const listed = await readCopy(published, settings);
    const scale = scaleOfScores(listed, published);
    const images = scale
      ? listed.map((image) => ({ ...image, ratings: { ...image.ratings, scale } }))
      : listed;
    return rowsOf(
      {
        name: settings.dataset ?? datasetName(published, settings.split),
        file: published.title,
        source: sourceOf(settings),
      },
      images,
      settings,
    );
  });
  return Object.assign(load, { published });
}

const sourceOf = ({ root, images, split }: PublishedConfig) => ({
  file: displayPath(resolve(root)),
  ...(images !== undefined && { images }),
  read: { split },
});

const datasetName = ({ title }: PublishedDataset, split: string): string =>
  split === 'all' ? title : `${title} (${split})`;
