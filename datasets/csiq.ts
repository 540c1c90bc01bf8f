import type { ListedLine } from '../src/datasets/files/listed-line.ts';
import { readTable } from '../src/datasets/files/table-file.ts';
import { listedImage, type PublishedImage } from '../src/datasets/published/image.ts';
import { publishedLoader } from '../src/datasets/published/published.ts';
import type { PublishedDataset } from '../src/datasets/published/published-dataset.ts';
import { shownByLevels } from '../src/datasets/published/shown-direction.ts';
import { withRatings } from '../src/datasets/published/with-ratings.ts';

/** What file names and folders call the distortions of the workbook. */
const TYPES: Readonly<Record<string, readonly [folder: string, fileName: string]>> = {
  noise: ['awgn', 'AWGN'],
  blur: ['blur', 'BLUR'],
  contrast: ['contrast', 'contrast'],
  fnoise: ['fnoise', 'fnoise'],
  jpeg: ['jpeg', 'JPEG'],
  'jpeg 2000': ['jpeg2000', 'jpeg2000'],
};

/**
 * The workbook has differential scores (DMOS) of 0 to 1, where lower is better. They are turned here,
 * once: `mos = 1 - dmos`. It has the standard deviation of each score's ratings (`dmos_std`) and not their number.
 */
export const csiq: PublishedDataset = {
  title: 'CSIQ',
  source: 'https://s2.smu.edu/~eclarson/csiq.html',
  images: 866,
  groups: 30,
  scales: [[0, 1]],
  direction: 'mos is 1 - dmos: in the published file lower is better',
  names: /(^|\/)\w+\.(awgn|blur|contrast|fnoise|jpeg|jpeg2000)\.\d\.png$/i,
  shown: shownByLevels(/^(?<series>\w+\.\w+)\.(?<level>\d)\./i),
  imageFolders: ['dst_imgs', 'dst_imgs_all', 'distorted_images'],
  async read(copy) {
    const { path, name } = copy.file(
      ['csiq.DMOS.xlsx'],
      'a workbook with the sheet all_by_image and its columns image, dst_type, dst_lev and dmos',
    );
    const columns = ['image', 'dst_type', 'dst_lev', 'dmos'].map((column) => ({ column }));
    const lines = await readTable(path, name, columns, { sheet: 'all_by_image' });
    const hasSpread = lines.some((line) => line.cell('dmos_std') !== '');
    return lines.map((line) => {
      const image = readImage(line, name);
      const deviation = { column: 'dmos_std', text: line.cell('dmos_std') };
      return hasSpread ? withRatings(image, { deviation }) : image;
    });
  },
};

function readImage(line: ListedLine, list: string): PublishedImage {
  const image = listedImage(line, list, { image: 'image', mos: 'dmos' });
  const [reference] = image.files;
  if (reference === undefined) return image;
  const kind = line.cell('dst_type');
  const type = TYPES[kind.toLowerCase()];
  if (type === undefined) {
    const known = Object.keys(TYPES).join(', ');
    return {
      ...image,
      files: [],
      problem: `${image.place}: dst_type "${kind}" is none of ${known}`,
    };
  }
  const [folder, fileName] = type;
  const file = `${reference}.${fileName}.${line.cell('dst_lev')}.png`;
  return {
    ...image,
    files: [`${folder}/${file}`, file],
    // As published; lists and files differ in the case of their letters.
    group: reference.toLowerCase(),
    ...(typeof image.mos === 'number' && turned(image.mos)),
  };
}

const turned = (dmos: number) => ({
  // Without the digits that binary fractions add: 1 - 0.85 is 0.15.
  mos: Number((1 - dmos).toFixed(12)),
  metadata: { dmos },
});

export default publishedLoader('csiq', csiq);
