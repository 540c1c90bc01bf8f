import { readTable } from '../src/datasets/files/table-file.ts';
import { listedImage } from '../src/datasets/published/image.ts';
import { publishedLoader } from '../src/datasets/published/published.ts';
import type { PublishedDataset } from '../src/datasets/published/published-dataset.ts';
import { tagsOf } from '../src/datasets/tags.ts';

const WORKBOOK = 'MOS and Image attribute scores.xlsx';
const COLUMNS = { image: 'Image name', mos: 'MOS' };

/** What people rated beside quality, 0 to 100 each; higher is better, also of noisiness. */
const ATTRIBUTES = ['Brightness', 'Colorfulness', 'Contrast', 'Noisiness', 'Sharpness'];

/** Smartphone photographs. MOS of 0 to 100. Its attributes are tags, with which `dimensions` of a prompt are correlated. */
export const spaq: PublishedDataset = {
  title: 'SPAQ',
  source: 'https://github.com/h4nwei/SPAQ',
  images: 11_125,
  scales: [[0, 100]],
  names: /(^|\/)\d{5}\.(jpg|png)$/i,
  imageFolders: ['TestImage'],
  async read(copy) {
    const { path, name } = copy.file(
      [`Annotations/${WORKBOOK}`, WORKBOOK],
      'a workbook with the columns Image name and MOS',
    );
    const columns = [{ column: COLUMNS.image }, { column: COLUMNS.mos }];
    const lines = await readTable(path, name, columns);
    return lines.map((line) => ({
      ...listedImage(line, name, COLUMNS),
      ...(line.problem === undefined && { metadata: tagsOf(line, ATTRIBUTES) }),
    }));
  },
};

export default publishedLoader('spaq', spaq);
