import { readCsv } from './files/csv-file.ts';
import { listedImage } from './published/image.ts';
import { type PublishedDataset, publishedLoader } from './published/published.ts';

const LISTS = { train: 'Train (Images and MOS).csv', test: 'Test (Images and MOS).csv' } as const;
const SPLITS = ['train', 'test'] as const;

/** MOS of 0 to 1. File endings are listed in another case than the files have: both are matched. */
export const biq2021: PublishedDataset = {
  title: 'BIQ2021',
  source: 'https://github.com/nisarahmedrana/BIQ2021',
  images: 12_000,
  splits: { train: 10_000, test: 2000 },
  scales: [[0, 1]],
  imageFolders: ['Images'],
  read: (copy) =>
    SPLITS.filter((split) => copy.split === 'all' || copy.split === split).flatMap((split) => {
      const { path, name } = copy.file(
        [LISTS[split]],
        'a CSV file with the columns Image Name and MOS',
      );
      const columns = [{ column: 'Image Name' }, { column: 'MOS' }];
      return readCsv(path, name, columns).map((line) => ({
        ...listedImage(line, name, { image: 'Image Name', mos: 'MOS' }),
        split,
      }));
    }),
};

export default publishedLoader('biq2021', biq2021);
