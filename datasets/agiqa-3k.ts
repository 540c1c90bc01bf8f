import { readTable } from './files/table-file.ts';
import { listedImage } from './published/image.ts';
import { type PublishedDataset, publishedLoader } from './published/published.ts';

/** Generated images. MOS of 0 to 5 for quality (`mos_quality`), not for agreement with the prompt. */
export const agiqa3k: PublishedDataset = {
  title: 'AGIQA-3K',
  source: 'https://github.com/lcysyzxdxc/AGIQA-3k-Database',
  images: 2982,
  scales: [[0, 5]],
  imageFolders: ['images', 'AGIQA-3K'],
  async read(copy) {
    const { path, name } = copy.file(
      ['data.csv'],
      'a CSV file with the columns name, prompt and mos_quality',
    );
    const columns = ['name', 'mos_quality'].map((column) => ({ column }));
    const lines = await readTable(path, name, columns);
    return lines.map((line) => ({
      ...listedImage(line, name, { image: 'name', mos: 'mos_quality' }),
      ...(line.problem === undefined && { metadata: { prompt: line.cell('prompt') } }),
    }));
  },
};

export default publishedLoader('agiqa-3k', agiqa3k);
