import { readTable } from './files/table-file.ts';
import { listedImage } from './published/image.ts';
import { type PublishedDataset, publishedLoader } from './published/published.ts';

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
    return lines.map((line) => ({
      ...listedImage(line, name, { image: 'image_name', mos }),
      split: line.cell('set'),
    }));
  },
};

export default publishedLoader('koniq-10k', koniq10k);
