import { ConfigError } from '../src/common/config-error.ts';
import { readMat } from '../src/datasets/files/mat/index.ts';
import type { DatasetCopy } from '../src/datasets/published/files.ts';
import type { PublishedImage } from '../src/datasets/published/image.ts';
import { publishedLoader } from '../src/datasets/published/published.ts';
import type { PublishedDataset } from '../src/datasets/published/published-dataset.ts';
import { withRatings } from '../src/datasets/published/with-ratings.ts';

/** Shown to the observers for training, and left out of every evaluation by convention. */
const TRAINING_IMAGES = /^t[1-7]\.bmp$/i;

/** Ratings of an image on average; how many each has is not published. */
const RATERS = 175;

/** LIVE In the Wild Image Quality Challenge Database. MOS of 0 to 100. */
export const liveChallenge: PublishedDataset = {
  title: 'LIVE Challenge',
  source: 'https://live.ece.utexas.edu/research/ChallengeDB/index.html',
  images: 1162,
  scales: [[0, 100]],
  names: /(^|\/)(\d{1,4}|t[1-7])\.(bmp|jpg)$/i,
  imageFolders: ['Images'],
  read(copy) {
    const names = readNames(copy);
    const { path, name } = copy.file(
      ['Data/AllMOS_release.mat', 'AllMOS_release.mat'],
      'a MATLAB file with one score for each image',
    );
    const scores = readMat(path, name, 'AllMOS_release');
    if (scores.kind !== 'numbers' || scores.items.length !== names.length) {
      throw new ConfigError(
        `${name}: AllMOS_release holds ${scores.items.length} ${scores.kind} and AllImages_release ${names.length} names; they have to be the same images`,
      );
    }
    const deviations = readDeviations(copy, names.length);
    return scores.items.flatMap((mos, index) => {
      const file = names[index]!;
      if (TRAINING_IMAGES.test(file)) return [];
      const place = `${name}, entry ${index + 1}`;
      const image: PublishedImage = Number.isFinite(mos)
        ? { files: [file], place, mos }
        : { files: [file], place, mos: String(mos), problem: `${place}: the MOS is ${mos}` };
      if (!deviations) return image;
      const deviation = { column: 'AllStdDev_release', text: String(deviations[index]) };
      return withRatings(image, { deviation }, (found) => ({ ...found, raters: RATERS }));
    });
  },
};

/** Standard deviations of the ratings; undefined where the copy has none. */
function readDeviations(copy: DatasetCopy, images: number): number[] | undefined {
  const file = copy.optional(['Data/AllStdDev_release.mat', 'AllStdDev_release.mat']);
  if (!file) return undefined;
  const deviations = readMat(file.path, file.name, 'AllStdDev_release');
  if (deviations.kind !== 'numbers' || deviations.items.length !== images) {
    throw new ConfigError(
      `${file.name}: AllStdDev_release holds ${deviations.items.length} ${deviations.kind} and AllImages_release ${images} names; they have to be the same images, or remove the file`,
    );
  }
  return deviations.items;
}

function readNames(copy: DatasetCopy): string[] {
  const { path, name } = copy.file(
    ['Data/AllImages_release.mat', 'AllImages_release.mat'],
    'a MATLAB file with a cell array of file names',
  );
  const names = readMat(path, name, 'AllImages_release');
  if (names.kind !== 'cells') {
    throw new ConfigError(`${name}: AllImages_release holds ${names.kind}, not cells with names`);
  }
  return names.items.map((cell, index) => {
    const [file] = cell.items;
    if (typeof file === 'string' && file !== '') return file;
    throw new ConfigError(`${name}: entry ${index + 1} of AllImages_release is no file name`);
  });
}

export default publishedLoader('live-challenge', liveChallenge);
