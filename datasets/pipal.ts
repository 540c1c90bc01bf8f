import { join } from 'node:path';
import { listFiles } from '../src/datasets/files/list-files.ts';
import type { ListedLine } from '../src/datasets/files/listed-line.ts';
import { readTable } from '../src/datasets/files/table-file.ts';
import { listedImage, type PublishedImage } from '../src/datasets/published/image.ts';
import { publishedLoader } from '../src/datasets/published/published.ts';
import type { PublishedDataset } from '../src/datasets/published/published-dataset.ts';

/** `A0000_10_03.bmp`: reference, kind of distortion, and its version. */
const NAME = /^(?<reference>A\d+)_(?<kind>\d+)_\d+\./i;

const COLUMNS = { image: 1, mos: 2 };

/** Parts of the release's images, where they were unpacked beside each other. */
const PARTS = ['Distortion_1', 'Distortion_2', 'Distortion_3', 'Distortion_4'];

/**
 * PIPAL, distorted and restored images: its training part, whose scores are published. They are Elo
 * ratings, which have no bounds; higher is better.
 */
export const pipal: PublishedDataset = {
  title: 'PIPAL',
  source: 'https://www.jasongt.com/projectpages/pipal.html',
  images: 23_200,
  groups: 200,
  scales: [],
  names: /(^|\/)A\d{4}_\d\d_\d\d\.bmp$/i,
  imageFolders: ['Dist_Imgs', 'Train_Dist', 'Train_Distort'],
  async read(copy) {
    const { path, name } = copy.file(
      ['Train_Label'],
      'a folder of lists such as A0000.txt, with lines like "A0000_00_00.bmp,1379.8"',
    );
    const lists = listFiles(path, name).filter((file) => /\.txt$/i.test(file));
    const images = await Promise.all(
      lists.map((list) => readList(join(path, list), `${name}/${list}`)),
    );
    return images.flat();
  },
};

async function readList(path: string, name: string): Promise<PublishedImage[]> {
  const columns = [
    { column: COLUMNS.image, key: 'image' },
    { column: COLUMNS.mos, key: 'mos' },
  ];
  const lines = await readTable(path, name, columns, { header: false });
  return lines.map((line) => readImage(line, name));
}

function readImage(line: ListedLine, list: string): PublishedImage {
  const image = listedImage(line, list, COLUMNS);
  const [file] = image.files;
  if (file === undefined) return image;
  const { reference, kind } = NAME.exec(file)?.groups ?? {};
  return {
    ...image,
    files: [file, ...PARTS.map((part) => `${part}/${file}`)],
    ...(reference !== undefined && { group: reference.toUpperCase() }),
    ...(kind !== undefined && { metadata: { distortion: kind } }),
  };
}

export default publishedLoader('pipal', pipal);
