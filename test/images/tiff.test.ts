import { readFileSync } from 'node:fs';
import { constants, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeImage, readSize } from '../../src/images/decode.ts';
import { readTiffDirectories, TAG, type TiffDirectory } from '../../src/images/tiff-directories.ts';
import { sharedIsPresent, sharedPath } from '../shared.ts';
import { flat, picture, pixelAt } from './pictures.ts';
import { type TiffPage, tiffFile } from './tiff-file.ts';

const decode = (bytes: Uint8Array) => decodeImage({ name: 'photo.tif', bytes }, 1_000_000);

const page = (
  width: number,
  height: number,
  colour: [number, number, number],
  more: Partial<TiffPage> = {},
): TiffPage => ({ width, height, channels: 3, samples: flat(width, height, colour).data, ...more });

function longOf(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

const RED: [number, number, number] = [250, 10, 20];
const BLUE: [number, number, number] = [10, 20, 250];
const full = page(60, 40, RED);
const small = page(15, 10, BLUE);
const reduced = (one: TiffPage): TiffPage => ({ ...one, tags: { ...one.tags, 254: [1] } });

describe('decodeImage of a TIFF with several images', () => {
  it.each<[string, TiffPage[]]>([
    ['alone', [full]],
    ['before a thumbnail', [full, small]],
    ['after a thumbnail', [small, full]],
    ['after a thumbnail that says so', [reduced(small), full]],
    ['after a large preview that says so', [reduced(page(60, 40, BLUE)), full]],
    ['in the older way of saying so', [{ ...page(60, 40, BLUE), tags: { 255: [2] } }, full]],
    ['before a pyramid', [full, reduced(page(30, 20, BLUE)), reduced(page(15, 10, BLUE))]],
    ['before a pyramid that does not say so', [full, page(30, 20, BLUE), page(15, 10, BLUE)]],
    ['with a pyramid of its own', [{ ...full, subIfds: [reduced(page(30, 20, BLUE)), small] }]],
    ['inside a thumbnail', [{ ...reduced(small), subIfds: [full] }]],
    ['inside a thumbnail, second', [{ ...reduced(small), subIfds: [reduced(small), full] }]],
    ['beside a mask', [full, { ...page(60, 40, BLUE), tags: { 254: [4] } }]],
  ])('takes the one of full resolution, %s', async (_, pages) => {
    const bytes = tiffFile(pages);
    const image = await decode(bytes);
    expect([image.width, image.height]).toEqual([60, 40]);
    expect(pixelAt(image, 59, 39)).toEqual(RED);
    expect(await readSize({ name: 'photo.tif', bytes })).toEqual({ width: 60, height: 40 });
  });

  it.each<[string, TiffPage[]]>([
    ['of one size', [full, page(60, 40, BLUE)]],
    ['of similar sizes', [full, page(50, 45, BLUE)]],
    ['and a thumbnail', [small, full, page(40, 60, BLUE)]],
  ])('refuses pages %s', async (_, pages) => {
    await expect(decode(tiffFile(pages))).rejects.toThrow(
      '"photo.tif": this TIFF holds 2 pages of full size; save the one that is to be rated',
    );
  });

  it('does not follow a chain of images that leads back', async () => {
    const bytes = tiffFile([full]);
    const first = bytes.readUInt32LE(4);
    bytes.writeUInt32LE(first, bytes.length - 4);
    await expect(decode(bytes)).resolves.toMatchObject({ width: 60 });
  });

  it.each([
    ['DNG', { ...reduced(small), tags: { 254: [1], 50706: [1, 4, 0, 0] }, subIfds: [full] }],
    ['TIFF', { ...small, subIfds: [{ ...full, channels: 1, photometric: 32803 }] }],
  ])('refuses raw files of cameras: %s', async (kind, first) => {
    await expect(decode(tiffFile([first]))).rejects.toThrow(
      `this is a raw file of a camera (${kind})`,
    );
  });
});

describe('decodeImage of TIFF samples', () => {
  const grey = { width: 60, height: 40, channels: 1 };
  const count = 60 * 40;

  it.each<[string, TiffPage, string]>([
    [
      '32-bit floating-point',
      { ...grey, samples: new Float32Array(count), tags: { 339: [3] } },
      '',
    ],
    [
      '32-bit floating-point, in colour',
      { ...grey, channels: 3, samples: new Float32Array(3 * count), tags: { 339: [3, 3, 3] } },
      '32-bit floating-point',
    ],
    ['16-bit floating-point', { ...grey, samples: new Uint16Array(count), tags: { 339: [3] } }, ''],
    [
      '64-bit floating-point',
      { ...grey, samples: new Float64Array(count), tags: { 339: [3] } },
      '',
    ],
    ['32-bit unsigned integer', { ...grey, samples: new Uint32Array(count) }, ''],
    ['16-bit signed integer', { ...grey, samples: new Int16Array(count), tags: { 339: [2] } }, ''],
    ['8-bit signed integer', { ...grey, samples: new Int8Array(count), tags: { 339: [2] } }, ''],
    ['12-bit unsigned integer', { ...grey, samples: new Uint8Array(count * 2), bits: 12 }, ''],
  ])('refuses %s', async (name, image, called) => {
    await expect(decode(tiffFile([image]))).rejects.toThrow(
      `this TIFF has ${called || name} samples, and such files are not read; convert it to 8 or 16 bits`,
    );
  });

  it.each([
    [8, 'CIE L*a*b*'],
    [9, 'ICC L*a*b*'],
    [32845, 'colours of a high dynamic range (LogLuv)'],
  ])('refuses colours of kind %i', async (photometric, called) => {
    await expect(decode(tiffFile([{ ...full, photometric }]))).rejects.toThrow(
      `this TIFF holds ${called}`,
    );
  });

  it.each([
    [50000, 'Zstandard'],
    [34925, 'LZMA'],
    [34712, 'JPEG 2000'],
    [52546, 'JPEG XL'],
  ])('refuses the compression %i', async (compression, called) => {
    await expect(decode(tiffFile([{ ...full, tags: { 259: [compression] } }]))).rejects.toThrow(
      `this TIFF is compressed with ${called} (method ${compression})`,
    );
  });

  const four = picture(60, 40).data;
  const rgba = Uint8Array.from({ length: 4 * count }, (_, i) =>
    i % 4 === 3 ? 0 : four[Math.floor(i / 4) * 3 + (i % 4)]!,
  );
  const colours = { width: 60, height: 40, channels: 4, samples: rgba, photometric: 2 };

  it.each([[[0]], [[]]])(
    'leaves a channel of unknown meaning out: ExtraSamples %j',
    async (extra) => {
      const tags: Record<number, number[]> = extra.length > 0 ? { 338: extra } : {};
      const { data } = await decode(tiffFile([{ ...colours, tags }]));
      expect(Buffer.compare(data, four)).toBe(0);
    },
  );

  it.each([[1], [2]])('takes a channel of transparency for it: ExtraSamples %i', async (extra) => {
    const { data } = await decode(tiffFile([{ ...colours, tags: { 338: [extra] } }]));
    expect(data.every((level) => level === 255)).toBe(true);
  });

  it.each([
    [2, '2-bit'],
    [4, '4-bit'],
  ])('refuses colours of %i bits a channel', async (bits, called) => {
    const samples = new Uint8Array((3 * count * bits) / 8);
    await expect(decode(tiffFile([{ ...colours, channels: 3, samples, bits }]))).rejects.toThrow(
      `this TIFF has ${called} unsigned integer samples of 3 channels`,
    );
  });

  it('refuses grey whose second channel stands behind it, which libvips mixes up', async () => {
    const samples = new Uint8Array(2 * count);
    const apart = { ...grey, channels: 2, photometric: 1, samples, tags: { 284: [2], 338: [2] } };
    await expect(decode(tiffFile([apart]))).rejects.toThrow(
      'this TIFF keeps its two channels apart',
    );
  });

  it.each([[1], [2]])(
    'refuses transparency of CMYK in 16 bits, which libvips takes for one of 8: ExtraSamples %i',
    async (extra) => {
      const samples = new Uint16Array(5 * count);
      const five = { ...colours, channels: 5, photometric: 5, samples, tags: { 338: [extra] } };
      await expect(decode(tiffFile([five]))).rejects.toThrow(
        'this TIFF has CMYK colours of 16 bits with transparency',
      );
    },
  );

  it('refuses more channels', async () => {
    const samples = new Uint8Array(5 * count);
    const five = { ...colours, channels: 5, samples, tags: { 338: [0, 0] } };
    await expect(decode(tiffFile([five]))).rejects.toThrow(
      'this TIFF has 5 channels where its colours need 3',
    );
  });

  it.each([1, 2, 4])('reads %i bits of grey', async (bits) => {
    const samples = new Uint8Array((count * bits) / 8).fill(0b11100100);
    const { data } = await decode(tiffFile([{ ...grey, samples, bits }]));
    const top = 2 ** bits - 1;
    const firstByte = Array.from(
      { length: 8 / bits },
      (_, i) => ((0b11100100 >> (8 - bits * (i + 1))) & top) * (255 / top),
    );
    expect(firstByte.map((_, i) => data[3 * i])).toEqual(firstByte);
  });

  it('reads 16 bits where white is zero', async () => {
    const samples = new Uint16Array(count).fill(65_535 - 200 * 257);
    const { data } = await decode(tiffFile([{ ...grey, samples, photometric: 0 }]));
    expect(new Set(data)).toEqual(new Set([200]));
  });

  it.each(['lzw', 'deflate', 'jpeg', 'none'] as const)(
    'reads the compression %s',
    async (compression) => {
      const { data, width, height } = picture(60, 40);
      const bytes = await sharp(data, { raw: { width, height, channels: 3 } })
        .tiff({ compression, quality: 100 })
        .toBuffer();
      expect(await decode(bytes)).toMatchObject({ width, height });
    },
  );

  it('refuses one that lacks its end', async () => {
    const bytes = tiffFile([full]);
    for (const share of [0.001, 0.5, 0.99]) {
      await expect(decode(bytes.subarray(0, Math.ceil(bytes.length * share)))).rejects.toThrow(
        /truncated|damaged|not an image/,
      );
    }
  });

  describe('in tiles', () => {
    const tiled = async (compression: 'none' | 'deflate' | 'lzw' | 'packbits') => {
      const { data, width, height } = picture(96, 64);
      const bytes = await sharp(data, { raw: { width, height, channels: 3 } })
        .tiff({ compression, tile: true, tileWidth: 32, tileHeight: 32 })
        .toBuffer();
      return { bytes, data };
    };
    const parts = (bytes: Uint8Array) => {
      const [{ tags }] = readTiffDirectories({ name: 'photo.tif', bytes }) as [TiffDirectory];
      const starts = tags.get(TAG.tileOffsets) ?? [];
      return starts.map((start, index) => [start, tags.get(TAG.tileByteCounts)?.[index] as number]);
    };

    it.each(['none', 'deflate', 'lzw', 'packbits'] as const)(
      'reads all of them, compression %s',
      async (method) => {
        const { bytes, data } = await tiled(method);
        expect(Buffer.compare((await decode(bytes)).data, data)).toBe(0);
      },
    );

    it('refuses one of which a tile lies beyond the end, instead of a black tile', async () => {
      const { bytes } = await tiled('none');
      // The directory stands at the end of what sharp writes, so a tile is moved there instead of cut.
      const moved = Buffer.from(bytes);
      const at = moved.lastIndexOf(longOf(parts(bytes)[2]?.[0] as number));
      moved.writeUInt32LE(bytes.length - 10, at);
      await expect(decode(moved)).rejects.toThrow('the file is truncated: parts of its image data');
    });

    it.each(['deflate', 'lzw', 'packbits'] as const)(
      'refuses one of which a tile is overwritten by zeros, compression %s',
      async (method) => {
        const { bytes } = await tiled(method);
        const [start, length] = parts(bytes)[2] as [number, number];
        const zeros = Buffer.from(bytes).fill(0, start, start + length);
        await expect(decode(zeros)).rejects.toThrow('cannot be decompressed');
      },
    );

    it('refuses those that hold one channel each', async () => {
      const tags = { 284: [2], 322: [16], 323: [16], 324: [8], 325: [9] };
      await expect(decode(tiffFile([{ ...full, tags }]))).rejects.toThrow(
        'keeps each channel in tiles of its own, and such files are not read; save it without tiles',
      );
    });
  });

  describe('of JPEG data', () => {
    const made = async (tile: boolean, grey: boolean) => {
      const { data, width, height } = picture(96, 64);
      const image = sharp(data, { raw: { width, height, channels: 3 } });
      return (grey ? image.toColourspace('b-w') : image)
        .tiff({ compression: 'jpeg', quality: 80, tile, tileWidth: 32, tileHeight: 32 })
        .toBuffer();
    };
    const lastPart = (bytes: Uint8Array) => {
      const [{ tags }] = readTiffDirectories({ name: 'photo.tif', bytes }) as [TiffDirectory];
      const at = (tag: number) => tags.get(tag)?.at(-1) ?? 0;
      return tags.has(TAG.tileOffsets)
        ? [at(TAG.tileOffsets), at(TAG.tileByteCounts)]
        : [at(TAG.stripOffsets), at(TAG.stripByteCounts)];
    };

    it.each([
      ['strips', false, false],
      ['tiles', true, false],
      ['grey strips', false, true],
      ['grey tiles', true, true],
    ])('is read, and refused where a part is missing: %s', async (_, tile, grey) => {
      const bytes = await made(tile, grey);
      expect(await decode(bytes)).toMatchObject({ width: 96, height: 64 });
      const [start = 0, length = 0] = lastPart(bytes);
      for (const share of [0.25, 0.5, 0.8]) {
        const from = start + Math.floor(length * share);
        const zeros = Buffer.from(bytes).fill(0, from, start + length);
        const ended = Buffer.from(zeros);
        ended.set([0xff, 0xd9], from);
        for (const bad of [zeros, ended]) {
          await expect(decode(bad)).rejects.toThrow(/the file is (truncated|damaged): /);
        }
      }
    });
  });

  describe('in strips that are deflated', () => {
    const colours = picture(60, 40).data;
    const strip = (data: Uint8Array) => tiffFile([{ ...full, samples: data, tags: { 259: [8] } }]);
    const whole = deflateSync(colours);

    it('reads all, and those that lack nothing but the checksum', async () => {
      for (const data of [whole, whole.subarray(0, -4)]) {
        expect(Buffer.compare((await decode(strip(data))).data, colours)).toBe(0);
      }
    });

    it('refuses those whose checksum is wrong, or that never end', async () => {
      const otherSum = Buffer.concat([whole.subarray(0, -4), Buffer.from('1234')]);
      // A stream without its last block stands for as many bytes, which need not be those of the picture.
      const endless = deflateSync(colours, { finishFlush: constants.Z_SYNC_FLUSH });
      for (const data of [otherSum, endless]) {
        await expect(decode(strip(data))).rejects.toThrow('cannot be decompressed');
      }
    });
  });

  it('reads a strip that stands for more than the picture', async () => {
    const data = deflateSync(Buffer.concat([picture(60, 40).data, Buffer.alloc(2_000_000)]));
    const bytes = tiffFile([{ ...full, samples: data, tags: { 259: [8] } }]);
    expect(Buffer.compare((await decode(bytes)).data, picture(60, 40).data)).toBe(0);
  });

  it.each([4, 7])('says that a file of %i bytes is truncated', async (length) => {
    const head = tiffFile([full]).subarray(0, length);
    await expect(decode(head)).rejects.toThrow('the file is truncated or damaged');
  });

  it('refuses a palette that is not there, which would be taken for grey', async () => {
    await expect(
      decode(tiffFile([{ ...grey, samples: new Uint8Array(count), photometric: 3 }])),
    ).rejects.toThrow('a TIFF with a palette that is not there');
  });

  it.each([0, 9])('refuses the orientation %i', async (orientation) => {
    await expect(decode(tiffFile([{ ...full, tags: { 274: [orientation] } }]))).rejects.toThrow(
      `states the orientation ${orientation}, where TIFF knows 1 to 8`,
    );
  });

  it('refuses one of which a part has no data', async () => {
    await expect(decode(tiffFile([{ ...full, tags: { 279: [0] } }]))).rejects.toThrow(
      'parts of its image data are missing',
    );
  });

  it('refuses YCbCr that is not compressed with JPEG, which would be taken as RGB', async () => {
    await expect(decode(tiffFile([{ ...full, photometric: 6 }]))).rejects.toThrow(
      'holds YCbCr colours that are not compressed with JPEG',
    );
  });

  it.each([
    [34933, 'compressed with PNG (method 34933)'],
    [12345, 'compressed with method 12345'],
  ])('names compression %i', async (method, words) => {
    await expect(decode(tiffFile([{ ...full, tags: { 259: [method] } }]))).rejects.toThrow(words);
  });

  it.skipIf(!sharedIsPresent('cases/images'))('reads or names the cases', async () => {
    const of = (name: string) => decode(readFileSync(sharedPath(`cases/images/${name}`)));
    const { data } = await of('base_expected.png');
    expect(Buffer.compare((await of('tif_thumbfirst.tif')).data, data)).toBe(0);
    expect(Buffer.compare((await of('tif_rgb_extra.tif')).data, data)).toBe(0);
    await expect(of('dng_like.dng')).rejects.toThrow('raw file of a camera (DNG)');
    await expect(of('tif_f32_gray01.tif')).rejects.toThrow('32-bit floating-point samples');
    await expect(of('tif_u32.tif')).rejects.toThrow('32-bit unsigned integer samples');
    await expect(of('tif_zstd.tif')).rejects.toThrow('compressed with Zstandard');
  });
});
