import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { TestCase } from 'promptfoo';
import { ConfigError } from '../common/config-error.ts';
import { oneLine } from '../common/one-line.ts';
import { RATINGS_KEY, SOURCE_KEY, UNSCORED_KEY } from '../harness/row-keys.ts';
import type { DatasetSource } from '../rows/dataset-source.ts';
import type { Ratings } from '../rows/ratings.ts';
import { inGroups } from './groups.ts';
import { displayPath } from './image-path.ts';
import { counted, rangeOf, rangeText } from './number-text.ts';
import { say } from './say.ts';
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
  /** What is said of the single ratings behind `mos`. */
  ratings?: Ratings;
  /** What is wrong with the row, in one line that names file, line and column. The provider answers it. */
  problem?: string;
  /** Anything else worth keeping with the row. */
  metadata?: Record<string, unknown>;
}

/** A test case of promptfoo for one image. */
export type DatasetRow = TestCase & {
  description: string;
  vars: { image: string; mos?: number | string };
  metadata: Record<string, unknown> & { dataset: string; group?: string };
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
 * Makes the rows of all data sets alike, in the order of the list.
 *
 * @param subset whole groups first, then as many as the limit of the images that have a score, or of
 *   all in a data set without scores; those whose score cannot be read stay in
 * @throws ConfigError lines about one image differ, or there are no such groups
 */
export function rowsOf(
  dataset: NamedDataset,
  listed: readonly DatasetImage[],
  { groups, limit, seed }: Subset,
): DatasetRow[] {
  const images = withoutRepeated(listed, dataset.file);
  const grouped = groups === undefined ? images : inGroups(images, groups, seed, dataset.file);
  const kept = limit === undefined ? grouped : limited(grouped, limit, seed, dataset.name);
  const source = { ...dataset.source, ...contentsOf(images) };
  return kept.map((image) => row(dataset.name, source, image));
}

function row(dataset: string, source: DatasetSource, image: DatasetImage): DatasetRow {
  const { path, mos, group, problem, metadata, ratings } = image;
  return {
    // As short as it can be: the viewer's first screen is for pictures and scores.
    description: basename(path),
    vars: {
      image: displayPath(path),
      ...(mos !== undefined && { mos }),
    },
    metadata: {
      ...metadata,
      dataset,
      ...(group !== undefined && { group }),
      [SOURCE_KEY]: source,
      ...(ratings !== undefined && { [RATINGS_KEY]: ratings }),
      ...(mos === undefined && { [UNSCORED_KEY]: true }),
      ...(problem !== undefined && { problem: oneLine(problem) }),
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

/**
 * Each image once. Lines that say the same are one; a line on stderr says how many were left out.
 *
 * @throws ConfigError lines about one image say different things
 */
function withoutRepeated(images: readonly DatasetImage[], file: string): DatasetImage[] {
  const byPath = new Map<string, DatasetImage>();
  const differing = new Map<string, string>();
  for (const image of images) {
    const first = byPath.get(image.path);
    if (first === undefined) byPath.set(image.path, image);
    else if (contentOf(first) !== contentOf(image)) {
      const scores = first.mos === image.mos ? '' : `: ${first.mos} and ${image.mos}`;
      differing.set(image.path, `${displayPath(image.path)}${scores}`);
    }
  }
  if (differing.size > 0) {
    const named = [...differing.values()].slice(0, DUPLICATES_NAMED).join(', ');
    throw new ConfigError(
      `${file}: ${differing.size} ${differing.size === 1 ? 'image is' : 'images are'} listed more than once by lines that differ (${named}${differing.size > DUPLICATES_NAMED ? ', …' : ''}); remove all lines but the right one`,
    );
  }
  const repeated = images.length - byPath.size;
  if (repeated === 0) return [...images];
  say(
    `${file}: ${counted(repeated)} repeated ${repeated === 1 ? 'line says the same and was' : 'lines say the same and were'} left out`,
  );
  return [...byPath.values()];
}

/** What a line says of its image; its problem names the line itself. */
const contentOf = ({ mos, group, metadata, ratings }: DatasetImage): string =>
  JSON.stringify([mos, group, metadata, ratings]);

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
    say(
      `${name}: limit takes ${counted(kept.size)} of ${counted(drawable.length)} images, MOS ${rangeText(left)} of ${rangeText(all)}`,
    );
  }
  return images.filter((image) => typeof image.mos === 'string' || kept.has(image));
}
