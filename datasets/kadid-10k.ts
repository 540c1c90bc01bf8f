import { readTable } from '../src/datasets/files/table-file.ts';
import { listedImage } from '../src/datasets/published/image.ts';
import { publishedLoader } from '../src/datasets/published/published.ts';
import type { PublishedDataset } from '../src/datasets/published/published-dataset.ts';
import { shownByLevels } from '../src/datasets/published/shown-direction.ts';
import { withRatings } from '../src/datasets/published/with-ratings.ts';

/** Ratings of each version, as its authors say and its numbers show. */
const RATERS = 30;

/** `I01.png`, as published; lists and files differ in the case of their letters. */
const groupOf = (reference: string): string => reference.toLowerCase().replace(/^i/, 'I');

/**
 * Its `dmos` is a mean opinion score despite the name: 1 to 5, higher is better. Its `var` is a standard
 * deviation, over n: of 30 ratings with the mean 1.5 and all of 1 or 2 it says 0.5, not 0.25.
 */
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
    const hasSpread = lines.some((line) => line.cell('var') !== '');
    return lines.map((line) => {
      const listed = listedImage(line, name, { image: 'dist_img', mos: 'dmos' });
      const image = hasSpread
        ? withRatings(
            listed,
            { deviation: { column: 'var', text: line.cell('var') } },
            (found) => ({
              raters: RATERS,
              ...(found.deviation !== undefined && {
                deviation: found.deviation * Math.sqrt(RATERS / (RATERS - 1)),
              }),
            }),
          )
        : listed;
      const reference = line.problem === undefined ? line.cell('ref_img') : '';
      return { ...image, ...(reference !== '' && { group: groupOf(reference) }) };
    });
  },
};

export default publishedLoader('kadid-10k', kadid10k);
