import { readTable } from './files/table-file.ts';
import { listedImage } from './published/image.ts';
import { type PublishedDataset, publishedLoader } from './published/published.ts';
import { shownByLevels } from './published/shown-direction.ts';

/** `I01.png`, as published; lists and files differ in the case of their letters. */
const groupOf = (reference: string): string => reference.toLowerCase().replace(/^i/, 'I');

/** Its `dmos` is a mean opinion score despite the name: 1 to 5, higher is better. */
export const kadid10k: PublishedDataset = {
  title: 'KADID-10k',
  source: 'https://database.mmsp-kn.de/kadid-10k-database.html',
  images: 10_125,
  groups: 81,
  scales: [[1, 5]],
  names: /(^|\/)i\d\d_\d\d_\d\d\.png$/i,
  shown: shownByLevels(/^(?<series>i\d\d_\d\d)_(?<level>\d\d)\./i),
  imageFolders: ['images', 'distorted_images'],
  async read(copy) {
    const { path, name } = copy.file(
      ['dmos.csv'],
      'a CSV file with the columns dist_img, ref_img and dmos',
    );
    const columns = ['dist_img', 'ref_img', 'dmos'].map((column) => ({ column }));
    const lines = await readTable(path, name, columns);
    return lines.map((line) => {
      const image = listedImage(line, name, { image: 'dist_img', mos: 'dmos' });
      const reference = line.problem === undefined ? line.cell('ref_img') : '';
      return { ...image, ...(reference !== '' && { group: groupOf(reference) }) };
    });
  },
};

export default publishedLoader('kadid-10k', kadid10k);
