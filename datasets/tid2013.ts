import { readText } from './files/read-file.ts';
import { listedImage } from './published/image.ts';
import { type PublishedDataset, publishedLoader } from './published/published.ts';
import { shownByLevels } from './published/shown-direction.ts';

/** `5.65714 i25_24_1.bmp` */
const LINE = /^\s*(?<mos>\S+)\s+(?<image>(?<reference>i\d+)_\d+_\d+\.\w+)\s*$/i;

/** MOS of 0 to 9. File names are listed in another case than the files have: both are matched. */
export const tid2013: PublishedDataset = {
  title: 'TID2013',
  source: 'https://www.ponomarenko.info/tid2013.htm',
  images: 3000,
  groups: 25,
  scales: [[0, 9]],
  names: /(^|\/)i\d\d_\d\d_\d\.bmp$/i,
  shown: shownByLevels(/^(?<series>i\d\d_\d\d)_(?<level>\d)\./i),
  imageFolders: ['distorted_images'],
  async read(copy) {
    const { path, name } = copy.file(
      ['mos_with_names.txt'],
      'a text file with lines like "5.65714 i25_24_1.bmp"',
    );
    const lines = (await readText(path, name)).split(/\r\n|\n|\r/);
    return lines.flatMap((text, index) => {
      if (text.trim() === '') return [];
      const { mos = '', image = '', reference } = LINE.exec(text)?.groups ?? {};
      const cells: Record<string, string> = { mos, image };
      const line = {
        place: `line ${index + 1}`,
        cell: (column: string) => cells[column] ?? '',
        ...(image === '' && { problem: `"${text.trim()}" is no line like "5.65714 i25_24_1.bmp"` }),
      };
      return {
        ...listedImage(line, name, { image: 'image', mos: 'mos' }),
        ...(reference !== undefined && { group: reference.toUpperCase() }),
      };
    });
  },
};

export default publishedLoader('tid2013', tid2013);
