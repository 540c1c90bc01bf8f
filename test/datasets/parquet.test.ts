import { readFileSync } from 'node:fs';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import csvDataset from '../../datasets/csv.ts';
import { tree, writeCopy } from './trees.ts';

const JPEG = Buffer.from('ffd8ffe000104a46494600010100000100010000ffd9', 'hex');
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

/** As Hugging Face writes data sets with images. */
const SCHEMA = [
  { name: 'root', num_children: 2 },
  { name: 'image', repetition_type: 'OPTIONAL' as const, num_children: 2 },
  { name: 'bytes', type: 'BYTE_ARRAY' as const, repetition_type: 'OPTIONAL' as const },
  {
    name: 'path',
    type: 'BYTE_ARRAY' as const,
    converted_type: 'UTF8' as const,
    repetition_type: 'OPTIONAL' as const,
  },
  { name: 'mos', type: 'DOUBLE' as const, repetition_type: 'OPTIONAL' as const },
];

const embedded = (images: readonly ({ bytes: Uint8Array | null; path: string | null } | null)[]) =>
  Buffer.from(
    parquetWriteBuffer({
      schema: SCHEMA,
      columnData: [
        { name: 'image', data: [...images] },
        { name: 'mos', data: images.map((_, index) => index + 0.5) },
      ],
    }),
  );

let home: string;
let said: string[];
beforeEach(async () => {
  home = await tree({});
  vi.stubEnv('PROMPTFOO_CONFIG_DIR', home);
  said = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

async function load(bytes: Uint8Array, config: object = {}) {
  const { root } = await writeCopy(await tree({}), { 'list.parquet': bytes }, ['a.jpg', 'b.jpg']);
  const file = join(root, 'list.parquet');
  const read = () => csvDataset({ file, image: 'image', mos: 'mos', ...config });
  return { file, read, rows: await read() };
}

describe('parquet', () => {
  it('reads columns of texts and numbers, by name or number', async () => {
    const bytes = Buffer.from(
      parquetWriteBuffer({
        columnData: [
          { name: 'image', data: ['a.jpg', 'b.jpg'], type: 'STRING' },
          { name: 'mos', data: [1.5, 2.5], type: 'DOUBLE' },
          { name: 'label', data: [7n, 8n], type: 'INT64' },
        ],
      }),
    );
    for (const config of [{ group: 'label' }, { image: 1, mos: 2, group: 3 }]) {
      const { rows } = await load(bytes, config);
      expect(
        rows.map(({ vars, metadata }) => [basename(vars.image), vars.mos, metadata.group]),
      ).toEqual([
        ['a.jpg', 1.5, '7'],
        ['b.jpg', 2.5, '8'],
      ]);
    }
    await expect(load(bytes, { mos: 'MOS' })).rejects.toThrow(
      'there is no column "MOS" (config: mos), did you mean "mos"?',
    );
  });

  it('writes the images inside once, as they are, under names that lead nowhere', async () => {
    const { rows, read } = await load(
      embedded([
        { bytes: JPEG, path: 'x/photo 1.jpg' },
        { bytes: PNG, path: null },
        { bytes: JPEG, path: '../../evil/..\\c\u001b.jpg' },
      ]),
    );
    const paths = rows.map(({ vars }) => vars.image);
    expect(paths.map((path) => basename(path))).toEqual([
      '000001-photo 1.jpg',
      '000002-image.png',
      '000003-.._c_.jpg',
    ]);
    for (const path of paths) expect(dirname(dirname(path))).toBe(join(home, 'iqa/embedded'));
    expect(paths.map((path) => readFileSync(path))).toEqual([JPEG, PNG, JPEG]);
    expect(rows.map(({ vars, metadata }) => [vars.mos, metadata.problem])).toEqual([
      [0.5, undefined],
      [1.5, undefined],
      [2.5, undefined],
    ]);
    expect(said.join('')).toContain('the 3 images inside were written to');
    const written = await stat(paths[0]!);
    said = [];
    expect(await read()).toEqual(rows);
    expect((await stat(paths[0]!)).mtimeMs).toBe(written.mtimeMs);
    expect(said).toEqual([]);
    expect(await readdir(dirname(paths[0]!))).toHaveLength(4);
  });

  it('reads a changed file anew', async () => {
    const { file, read, rows } = await load(embedded([{ bytes: JPEG, path: 'a.jpg' }]));
    await writeFile(file, embedded([{ bytes: PNG, path: 'a.jpg' }]));
    const [row] = await read();
    expect(row?.vars.image).not.toBe(rows[0]?.vars.image);
    expect(readFileSync(row?.vars.image as string)).toEqual(PNG);
  });

  it('takes images without bytes by their paths; a row without either is an error', async () => {
    const { rows, file } = await load(
      embedded([
        { bytes: null, path: 'a.jpg' },
        { bytes: null, path: null },
        { bytes: JPEG, path: null },
        null,
      ]),
    );
    expect(rows[0]?.vars.image).toBe(join(dirname(file), 'a.jpg'));
    expect(rows.map(({ metadata }) => metadata.problem)).toEqual([
      undefined,
      expect.stringContaining('row 2: column "image" is empty'),
      undefined,
      expect.stringContaining('row 4: column "image" is empty'),
    ]);
  });

  it('says that a file is cut', async () => {
    const bytes = embedded([{ bytes: JPEG, path: 'a.jpg' }]);
    await expect(load(bytes.subarray(0, bytes.length - 20))).rejects.toThrow(
      'this begins as a Parquet file and cannot be read as one',
    );
  });
});
