import type { ListedLine } from '../src/datasets/files/listed-line.ts';
import { readTable } from '../src/datasets/files/table-file.ts';
import { listedImage, type PublishedImage } from '../src/datasets/published/image.ts';
import {
  countedRatings,
  onMosScale,
  scaleOfRatings,
} from '../src/datasets/published/koniq-ratings.ts';
import { publishedLoader } from '../src/datasets/published/published.ts';
import type { PublishedDataset } from '../src/datasets/published/published-dataset.ts';
import { withRatings } from '../src/datasets/published/with-ratings.ts';
import { say } from '../src/datasets/say.ts';

const WITH_SPLITS = 'koniq10k_distributions_sets.csv';
const WITHOUT_SPLITS = 'koniq10k_scores_and_distributions.csv';

/** MOS on the scale of the release: 0 to 100 from z-scores, which both lists have, or 1 to 5. */
export const koniq10k: PublishedDataset = {
  title: 'KonIQ-10k',
  source: 'https://database.mmsp-kn.de/koniq-10k-database.html',
  images: 10_073,
  splits: { training: 7058, validation: 1000, test: 2015 },
  scales: [
    [0, 100],
    [1, 5],
  ],
  names: /(^|\/)\d{7,11}\.jpg$/i,
  imageFolders: ['1024x768', 'koniq10k_1024x768', '512x384', 'koniq10k_512x384', 'images'],
  async read(copy) {
    const { path, name } = copy.file(
      copy.split === 'all' ? [WITH_SPLITS, WITHOUT_SPLITS] : [WITH_SPLITS],
      'a CSV file with the columns image_name and MOS, and set for the splits',
    );
    const lines = await readTable(path, name, [{ column: 'image_name' }, { column: 'MOS' }]);
    // Where a list has both scales, its plain MOS is the one of 1 to 5.
    const mos = lines.some((line) => line.cell('MOS_zscore') !== '') ? 'MOS_zscore' : 'MOS';
    const images = lines.map((line) => ({
      ...listedImage(line, name, { image: 'image_name', mos }),
      split: line.cell('set'),
    }));
    return withCounts(images, lines, name);
  },
};

/** The images with their ratings, which the lists count at 1 to 5. */
function withCounts(
  images: PublishedImage[],
  lines: readonly ListedLine[],
  list: string,
): PublishedImage[] {
  const counted = lines.map((line) => countedRatings(line));
  const step = scaleOfRatings(
    counted.flatMap((ratings, index) => {
      const mos = images[index]?.mos;
      return ratings && typeof mos === 'number' ? [{ mos, mean: ratings.mean }] : [];
    }),
  );
  if (step === undefined) {
    if (counted.some((ratings) => ratings !== undefined)) {
      say(
        `${list}: MOS does not follow the ratings that c1 to c5 count, or there are few images; the spread of the ratings is taken as not known`,
      );
    }
    return images;
  }
  return images.map((image, index) => {
    const ratings = counted[index];
    const line = lines[index];
    if (!ratings || !line) return image;
    const cells = {
      deviation: { column: 'SD', text: line.cell('SD') },
      raters: { column: 'c_total', text: line.cell('c_total') },
    };
    return withRatings(image, cells, (found) => onMosScale(found, ratings, step));
  });
}

export default publishedLoader('koniq-10k', koniq10k);
