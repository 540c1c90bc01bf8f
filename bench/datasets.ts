/**
 * How long data sets take to load, without opening an image: each on a made tree of its published
 * size, or of 12,000 images, beside the time that listing the folder of images alone takes.
 *
 *   node bench/datasets.ts
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { type DatasetName, datasets } from '../datasets/index.ts';
import { listFiles } from '../src/datasets/files/list-files.ts';
import { workbook } from '../test/datasets/workbook.ts';

const REPEATS = 5;
const two = (number: number) => String(number).padStart(2, '0');
const mos = (index: number) => ((index * 37) % 1001) / 10;

interface Tree {
  name: DatasetName;
  count: number;
  /** Path of an image from the root. */
  image: (index: number) => string;
  list: [path: string, content: (names: string[]) => string | Buffer | Promise<Buffer>];
  config?: Record<string, string>;
}

const csv =
  (columns: string[], line: (name: string, index: number) => (string | number)[]) =>
  (names: string[]) =>
    stringify(names.map(line), { header: true, columns });

const entries = (names: string[]) =>
  names.map((name, index) => ({ img_path: name, gt_score: mos(index) }));

const trees: Tree[] = [
  {
    name: 'koniq-10k',
    count: 10_073,
    image: (index) => `1024x768/${10004473376 + index}.jpg`,
    list: [
      'koniq10k_distributions_sets.csv',
      csv(
        ['image_name', 'c1', 'c2', 'c3', 'c4', 'c5', 'c_total', 'MOS', 'SD', 'set'],
        (name, index) => [name, 0, 0.1, 0.2, 0.3, 0.4, 105, mos(index), 0.527277894494, 'training'],
      ),
    ],
  },
  {
    name: 'kadid-10k',
    count: 10_125,
    image: (index) =>
      `images/I${two(1 + Math.floor(index / 125))}_${two(1 + (Math.floor(index / 5) % 25))}_0${1 + (index % 5)}.png`,
    list: [
      'dmos.csv',
      csv(['dist_img', 'ref_img', 'dmos', 'var'], (name, index) => [
        name,
        `${name.slice(0, 3)}.png`,
        mos(index),
        0.5,
      ]),
    ],
  },
  {
    name: 'spaq',
    count: 11_125,
    image: (index) => `TestImage/${String(index + 1).padStart(5, '0')}.jpg`,
    list: [
      'Annotations/MOS and Image attribute scores.xlsx',
      (names) =>
        workbook('Sheet1', [
          ['Image name', 'MOS', 'Brightness', 'Colorfulness', 'Contrast', 'Noisiness', 'Sharpness'],
          ...names.map((name, index) => [name, mos(index), 50, 51.5, 52, 53, 54]),
        ]),
    ],
  },
  {
    name: 'tid2013',
    count: 3000,
    image: (index) =>
      `distorted_images/I${two(1 + Math.floor(index / 120))}_${two(1 + (Math.floor(index / 5) % 24))}_${1 + (index % 5)}.bmp`,
    list: [
      'mos_with_names.txt',
      (names) => names.map((name, index) => `${mos(index)} ${name.toLowerCase()}\n`).join(''),
    ],
  },
  {
    name: 'csv',
    count: 12_000,
    image: (index) => `images/photo ${index}.jpg`,
    list: ['mos.csv', csv(['image', 'mos'], (name, index) => [`images/${name}`, mos(index)])],
    config: { file: 'mos.csv', image: 'image', mos: 'mos' },
  },
  {
    name: 'qdebias-json',
    count: 12_000,
    image: (index) => `images/photo ${index}.jpg`,
    list: ['test.json', (names) => JSON.stringify(entries(names.map((name) => `images/${name}`)))],
    config: { file: 'test.json' },
  },
  {
    name: 'folder',
    count: 12_000,
    image: (index) => `images/photo ${index}.jpg`,
    list: ['notes.txt', () => ''],
  },
];

const folder = await mkdtemp(join(tmpdir(), 'iqa-bench-'));
try {
  console.log('data set        images   load ms   times listing the folder');
  for (const tree of trees) {
    const root = join(folder, tree.name);
    await write(root, tree);
    const { file, ...columns } = tree.config ?? {};
    const config = file === undefined ? { root } : { ...columns, file: join(root, file) };
    const load = await fastest(async () => {
      const rows = await datasets[tree.name](config);
      if (rows.length !== tree.count) throw new Error(`${tree.name}: ${rows.length} rows`);
    });
    const listing = await fastest(async () => void listFiles(root, tree.name));
    console.log(
      [
        tree.name.padEnd(14),
        String(tree.count).padStart(8),
        load.toFixed(0).padStart(9),
        (load / listing).toFixed(1).padStart(10),
      ].join(' '),
    );
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Milliseconds of the fastest of some runs. */
async function fastest(run: () => Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return Math.min(...times);
}

async function write(root: string, { count, image, list: [path, content] }: Tree): Promise<void> {
  const paths = Array.from({ length: count }, (_, index) => image(index));
  const names = paths.map((file) => file.slice(file.lastIndexOf('/') + 1));
  for (const parent of new Set([path, ...paths].map(dirname))) {
    await mkdir(join(root, parent), { recursive: true });
  }
  await writeFile(join(root, path), await content(names));
  for (const file of paths) await writeFile(join(root, file), '');
}
