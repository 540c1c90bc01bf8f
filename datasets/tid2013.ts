import { ConfigError } from '../src/common/config-error.ts';
import { readText } from '../src/datasets/files/read-file.ts';
import type { DatasetCopy } from '../src/datasets/published/files.ts';
import { listedImage } from '../src/datasets/published/image.ts';
import { publishedLoader } from '../src/datasets/published/published.ts';
import type { PublishedDataset } from '../src/datasets/published/published-dataset.ts';
import { shownByLevels } from '../src/datasets/published/shown-direction.ts';
import { withRatings } from '../src/datasets/published/with-ratings.ts';

const ERRORS = 'mos_std.txt';
const LINE_BREAK = /\r\n|\n|\r/;

/** `5.65714 i25_24_1.bmp` */
const LINE = /^\s*(?<mos>\S+)\s+(?<image>(?<reference>i\d+)_\d+_\d+\.\w+)\s*$/i;

/**
 * MOS of 0 to 9. File names are listed in another case than the files have: both are matched. `mos_std.txt`
 * holds standard errors of MOS, a line for each: 0.13 and the like, which single ratings on this scale cannot
 * differ by.
 */
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
    const lines = (await readText(path, name)).split(LINE_BREAK);
    const isListed = (text: string) => text.trim() !== '';
    const errors = await readErrors(copy, lines.filter(isListed).length);
    let number = 0;
    return lines.flatMap((text, index) => {
      if (!isListed(text)) return [];
      const error = errors?.[number++];
      const { mos = '', image = '', reference } = LINE.exec(text)?.groups ?? {};
      const cells: Record<string, string> = { mos, image };
      const line = {
        place: `line ${index + 1}`,
        cell: (column: string) => cells[column] ?? '',
        ...(image === '' && { problem: `"${text.trim()}" is no line like "5.65714 i25_24_1.bmp"` }),
      };
      const listed = listedImage(line, name, { image: 'image', mos: 'mos' });
      const standardError = error === undefined ? undefined : { column: ERRORS, text: error };
      return {
        ...(standardError ? withRatings(listed, { standardError }) : listed),
        ...(reference !== undefined && { group: reference.toUpperCase() }),
      };
    });
  },
};

/** Standard errors of MOS in the order of the list; undefined where the copy has none. */
async function readErrors(copy: DatasetCopy, images: number): Promise<string[] | undefined> {
  const file = copy.optional([ERRORS]);
  if (!file) return undefined;
  const lines = (await readText(file.path, file.name)).split(LINE_BREAK);
  const errors = lines.map((text) => text.trim()).filter((text) => text !== '');
  if (errors.length !== images) {
    throw new ConfigError(
      `${file.name}: ${errors.length} numbers, and mos_with_names.txt has ${images} images; they have to be the same images, or remove the file`,
    );
  }
  return errors;
}

export default publishedLoader('tid2013', tid2013);
