import { readTable } from './files/table-file.ts';
import { listedImage } from './published/image.ts';
import { type PublishedDataset, publishedLoader } from './published/published.ts';

const WORKBOOK = 'MOS and Image attribute scores.xlsx';
const COLUMNS = { image: 'Image name', mos: 'MOS' };

/** Smartphone photographs. MOS of 0 to 100. */
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
    return lines.map((line) => listedImage(line, name, COLUMNS));
  },
};

export default publishedLoader('spaq', spaq);
