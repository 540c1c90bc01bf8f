import { basename } from 'node:path';
import { ConfigError } from '../src/common/config-error.ts';
import { readMat } from '../src/datasets/files/mat/index.ts';
import type { DatasetCopy } from '../src/datasets/published/files.ts';
import type { PublishedImage } from '../src/datasets/published/image.ts';
import { publishedLoader } from '../src/datasets/published/published.ts';
import type { PublishedDataset } from '../src/datasets/published/published-dataset.ts';
import type { Direction, ScoredName } from '../src/datasets/published/shown-direction.ts';

/** Folders of the distortions, in the order of the score files, and the images in each: `img1.bmp` and so on. */
const FOLDERS = [
  ['jp2k', 227],
  ['jpeg', 233],
  ['wn', 174],
  ['gblur', 174],
  ['fastfading', 174],
] as const;

const FILES = FOLDERS.flatMap(([distortion, count]) =>
  Array.from({ length: count }, (_, index) => ({
    distortion,
    file: `${distortion}/img${index + 1}.bmp`,
  })),
);

/** As many images with one score are no chance: the originals among the versions. */
const FEWEST_ORIGINALS = 20;

/** Where the release lies below the root. */
const below = (name: string): string[] => [name, `databaserelease2/${name}`];

/**
 * LIVE Image Quality Assessment Database, release 2. The files have differential scores (DMOS), where
 * lower is better. They are turned here, once: `mos = 100 - dmos`. The originals, which lie among the
 * versions, are left out, as everywhere. Of the two score files the realigned one is taken, as its
 * authors advise; its scores go a little beyond 0 and 100.
 */
export const liveRelease2: PublishedDataset = {
  title: 'LIVE release 2',
  source: 'https://live.ece.utexas.edu/research/quality/subjective.htm',
  images: 779,
  groups: 29,
  scales: [
    [0, 100],
    [-20, 120],
  ],
  direction: 'mos is 100 - dmos: in the published file lower is better',
  names: /^(jp2k|jpeg|wn|gblur|fastfading)\/img\d+\.bmp$/i,
  shown: shownByOriginals,
  imageFolders: ['databaserelease2'],
  read(copy) {
    const { path, name } = copy.file(
      [...below('dmos_realigned.mat'), ...below('dmos.mat')],
      'a MATLAB file with one differential score for each image',
    );
    const variable = basename(path).toLowerCase() === 'dmos.mat' ? 'dmos' : 'dmos_new';
    const scores = numbersOf(path, name, variable);
    const originals = numbersOf(path, name, 'orgs');
    const references = readReferences(copy);
    return FILES.flatMap(({ distortion, file }, index): PublishedImage[] => {
      if (originals[index] === 1) return [];
      const dmos = scores[index]!;
      const group = references[index]!;
      const place = `${name}, entry ${index + 1}`;
      const image = { files: [file], place, group };
      return [
        Number.isFinite(dmos)
          ? {
              ...image,
              // Without the digits that binary fractions add.
              mos: Number((100 - dmos).toFixed(12)),
              metadata: { dmos, distortion },
            }
          : { ...image, mos: String(dmos), problem: `${place}: the DMOS is ${dmos}` },
      ];
    });
  },
};

function numbersOf(path: string, name: string, variable: string): number[] {
  const array = readMat(path, name, variable);
  if (array.kind !== 'numbers' || array.items.length !== FILES.length) {
    throw new ConfigError(
      `${name}: ${variable} holds ${array.items.length} ${array.kind}; it has to be a number for each of ${FILES.length} images`,
    );
  }
  return array.items;
}

/** Names of the originals without their ending, in lower case. */
function readReferences(copy: DatasetCopy): string[] {
  const { path, name } = copy.file(
    below('refnames_all.mat'),
    'a MATLAB file with the name of the original of each image',
  );
  const names = readMat(path, name, 'refnames_all');
  if (names.kind !== 'cells' || names.items.length !== FILES.length) {
    throw new ConfigError(
      `${name}: refnames_all holds ${names.items.length} ${names.kind}; it has to be a name for each of ${FILES.length} images`,
    );
  }
  return names.items.map((cell) =>
    String(cell.items[0])
      .replace(/\.\w+$/, '')
      .toLowerCase(),
  );
}

/** Lists that hold the originals too give them all one score, the best. */
function shownByOriginals(images: readonly ScoredName[]): Direction | undefined {
  const scores = images.map(({ score }) => score);
  const least = scores.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const greatest = scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const sharing = (value: number) => scores.filter((score) => score === value).length;
  if (sharing(greatest) >= FEWEST_ORIGINALS) return 'higher';
  return sharing(least) >= FEWEST_ORIGINALS ? 'lower' : undefined;
}

export default publishedLoader('live-release-2', liveRelease2);
