import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { TestCase } from 'promptfoo';
import { ConfigError } from '../providers/config-error.ts';
import { type DatasetSource, SOURCE_KEY } from '../providers/dataset-source.ts';
import { UNSCORED_KEY } from '../providers/row-input.ts';
import { inGroups } from './groups.ts';
import { displayPath } from './image-path.ts';
import { counted, rangeOf, rangeText } from './number-text.ts';
import { type Subset, stratifiedSubset } from './subset.ts';

/** An image with its ground truth, as a data set's loader finds it. */
export interface DatasetImage {
  /** Absolute path of the image file, or its http(s) address. */
  path: string;
  /**
   * Mean opinion score, higher is better; what the file says instead, where that is no number;
   * undefined in a data set without scores.
   */
  mos?: number | string;
  /** Images that belong together, such as the distorted versions of one photograph. */
  group?: string;
  /** What is wrong with the row, in one line that names file, line and column. The provider answers it. */
  problem?: string;
  /** Anything else worth keeping with the row. */
  metadata?: Record<string, unknown>;
}

/** A test case of promptfoo for one image. */
export type DatasetRow = TestCase & {
  description: string;
  vars: { image: string; mos?: number | string; dataset: string; group?: string };
  metadata: Record<string, unknown>;
};

/** A data set, as its loader hands it to `rowsOf`. */
export interface NamedDataset {
  /** What rows call it. */
  name: string;
  /** How errors call the file or the data set. */
  file: string;
  /** Where it was read from; `contents` is added here. */
  source: Omit<DatasetSource, 'contents'>;
}

/** How many duplicates an error names. */
const DUPLICATES_NAMED = 3;

/** Hexadecimal digits that tell lists of one name apart; every row carries them. */
const DIGEST_LENGTH = 16;

/**
 * Makes the rows of all data sets alike, in the order of `images`.
 *
 * @param subset whole groups first, then as many as the limit of the images that have a score, or of
 *   all in a data set without scores; those whose score cannot be read stay in
 * @throws ConfigError an image is listed twice, or there are no such groups
 */
export function rowsOf(
  dataset: NamedDataset,
  images: readonly DatasetImage[],
  { groups, limit, seed }: Subset,
): DatasetRow[] {
  refuseDuplicates(images, dataset.file);
  const grouped = groups === undefined ? images : inGroups(images, groups, seed, dataset.file);
  const kept = limit === undefined ? grouped : limited(grouped, limit, seed, dataset.name);
  const source = { ...dataset.source, ...contentsOf(images) };
  return kept.map((image) => row(dataset.name, source, image));
}

function row(dataset: string, source: DatasetSource, image: DatasetImage): DatasetRow {
  const { path, mos, group, problem, metadata } = image;
  return {
    description: `${dataset}: ${basename(path)}`,
    vars: {
      image: displayPath(path),
      ...(mos !== undefined && { mos }),
      dataset,
      ...(group !== undefined && { group }),
    },
    metadata: {
      ...metadata,
      [SOURCE_KEY]: source,
      ...(mos === undefined && { [UNSCORED_KEY]: true }),
      ...(problem !== undefined && { problem }),
    },
  };
}

/** Names without their folders and the case of their letters, which differ between copies. */
function contentsOf(images: readonly DatasetImage[]): Pick<DatasetSource, 'contents'> {
  if (images.every(({ mos }) => mos === undefined)) return {};
  const scores = images.map(({ path, mos }) => [basename(path).toLowerCase(), mos]);
  const digest = createHash('sha256').update(JSON.stringify(scores)).digest('hex');
  return { contents: digest.slice(0, DIGEST_LENGTH) };
}

function refuseDuplicates(images: readonly DatasetImage[], file: string): void {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const { path } of images) (seen.has(path) ? twice : seen).add(path);
  if (twice.size === 0) return;
  const named = [...twice].slice(0, DUPLICATES_NAMED).map(displayPath).join(', ');
  throw new ConfigError(
    `${file}: ${twice.size} ${twice.size === 1 ? 'image is' : 'images are'} listed more than once (${named}${twice.size > DUPLICATES_NAMED ? ', …' : ''}); remove the repeated lines`,
  );
}

/** One line says what the draw left of the scale. */
function limited(
  images: readonly DatasetImage[],
  limit: number,
  seed: number,
  name: string,
): DatasetImage[] {
  const drawable = images.filter(({ mos }) => typeof mos !== 'string');
  const drawn = stratifiedSubset(
    // Without scores the strata are stretches of the list.
    drawable.map(({ mos }) => (mos === undefined ? 0 : Number(mos))),
    limit,
    seed,
  );
  const kept = new Set(drawn.map((index) => drawable[index]));
  const [all, left] = [drawable, [...kept]].map((some) =>
    rangeOf(some.flatMap((image) => (typeof image?.mos === 'number' ? [image.mos] : []))),
  );
  if (all && left && kept.size < drawable.length) {
    process.stderr.write(
      `${name}: limit takes ${counted(kept.size)} of ${counted(drawable.length)} images, MOS ${rangeText(left)} of ${rangeText(all)}\n`,
    );
  }
  return images.filter((image) => typeof image.mos === 'string' || kept.has(image));
}
