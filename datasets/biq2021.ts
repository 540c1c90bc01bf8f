import type { ListedLine } from '../src/datasets/files/listed-line.ts';
import { readTable } from '../src/datasets/files/table-file.ts';
import type { DatasetCopy } from '../src/datasets/published/files.ts';
import { listedImage, type PublishedImage } from '../src/datasets/published/image.ts';
import { publishedLoader } from '../src/datasets/published/published.ts';
import type { PublishedDataset } from '../src/datasets/published/published-dataset.ts';

const LISTS = { train: 'Train (Images and MOS).csv', test: 'Test (Images and MOS).csv' } as const;
const SPLITS = ['train', 'test'] as const;

/** MOS of 0 to 1. File endings are listed in another case than the files have: both are matched. */
export const biq2021: PublishedDataset = {
  title: 'BIQ2021',
  source: 'https://github.com/nisarahmedrana/BIQ2021',
  images: 12_000,
  splits: { train: 10_000, test: 2000 },
  scales: [[0, 1]],
  names: /(^|\/)ss\d\d ?[_(]+\d+\)?\.jpg$/i,
  imageFolders: ['Images'],
  async read(copy) {
    const asked = SPLITS.filter((split) => copy.split === 'all' || copy.split === split);
    return (await Promise.all(asked.map((split) => readSplit(copy, split)))).flat();
  },
};

async function readSplit(copy: DatasetCopy, split: keyof typeof LISTS): Promise<PublishedImage[]> {
  const { path, name } = copy.file(
    [LISTS[split]],
    'a CSV file with the columns Image Name and MOS',
  );
  const columns = [{ column: 'Image Name' }, { column: 'MOS' }];
  const lines = await readTable(path, name, columns);
  return lines.map((line) => ({
    ...listedImage(line, name, { image: 'Image Name', mos: 'MOS' }),
    split,
    ...subsetOf(line),
  }));
}

/** The part of the set that the file names begin with: `ss01` to `ss03`. */
function subsetOf(line: ListedLine): Pick<PublishedImage, 'metadata'> {
  const subset = /^ss\d+/i.exec(line.cell('Image Name'))?.[0].toLowerCase();
  return line.problem !== undefined || subset === undefined ? {} : { metadata: { subset } };
}

export default publishedLoader('biq2021', biq2021);
