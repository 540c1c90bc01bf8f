import { readFileSync } from 'node:fs';
import sharp, { type JpegOptions } from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../src/images/decode.ts';
import { rawInput } from '../../src/images/resize.ts';
import { sharedIsPresent, sharedPath } from '../shared.ts';
import { picture } from './pictures.ts';

const END = Buffer.from([0xff, 0xd9]);
const SOS = Buffer.from([0xff, 0xda]);

const decode = (bytes: Uint8Array) => decodeImage({ name: 'photo.jpg', bytes }, 1_000_000);
async function asSharpReads(bytes: Uint8Array): Promise<Buffer> {
  const { data, info } = await sharp(bytes)
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return info.channels === 3
    ? data
    : Buffer.from([...data].flatMap((level) => [level, level, level]));
}
const fixture = (name: string) =>
  readFileSync(new URL(`../fixtures/jpeg/${name}`, import.meta.url));

const made = (options: JpegOptions, grey = false) => {
  const image = rawInput(picture(123, 77));
  return (grey ? image.toColourspace('b-w') : image).jpeg(options).toBuffer();
};

const KINDS: [string, () => Promise<Buffer>][] = [
  ['baseline', () => made({ quality: 80 })],
  ['baseline, 4:4:4', () => made({ quality: 95, chromaSubsampling: '4:4:4' })],
  ['baseline, own Huffman tables', () => made({ quality: 60, optimiseCoding: true })],
  ['grey', () => made({ quality: 80 }, true)],
  ['progressive', () => made({ quality: 80, progressive: true })],
  ['progressive, 4:4:4', () => made({ progressive: true, chromaSubsampling: '4:4:4' })],
  ['progressive, other scans', () => made({ progressive: true, mozjpeg: true })],
  ['progressive grey', () => made({ progressive: true }, true)],
  ['with restart marks', async () => fixture('restart-baseline.jpg')],
  ['progressive with restart marks', async () => fixture('restart-progressive.jpg')],
];

/** Where the coded data of each scan begins. */
function scanStarts(bytes: Buffer): number[] {
  const starts: number[] = [];
  for (let at = bytes.indexOf(SOS); at >= 0; at = bytes.indexOf(SOS, at + 2)) {
    starts.push(at + 2 + bytes.readUInt16BE(at + 2));
  }
  return starts;
}

/** Not by `toEqual`: a difference between long arrays takes it minutes. */
const isSame = async (decoded: Promise<{ data: Uint8Array }>, whole: Uint8Array) =>
  Buffer.compare((await decoded).data, await asSharpReads(whole)) === 0;

describe.each(KINDS)('decodeImage of a JPEG, %s', (_, make) => {
  it('reads it', async () => {
    const bytes = await make();
    expect(await isSame(decode(bytes), bytes)).toBe(true);
  });

  it('refuses it wherever its data ends, with an end mark', async () => {
    const bytes = await make();
    const [start = 0] = scanStarts(bytes);
    const length = bytes.length - 2 - start;
    for (const share of [0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.97]) {
      const cut = bytes.subarray(0, start + Math.floor(length * share));
      await expect(decode(Buffer.concat([cut, END]))).rejects.toThrow(
        /^image "photo\.jpg": the file is (truncated|damaged): .*; copy or download it again$/,
      );
    }
  });

  it('refuses it at the end of a scan or of a stretch between restart marks', async () => {
    const bytes = await make();
    const [first = 0] = scanStarts(bytes);
    const marks = [...bytes.keys()].filter(
      (at) => at >= first && at < bytes.length - 2 && bytes[at] === 0xff && bytes[at + 1] !== 0,
    );
    for (const at of marks) {
      const cut = Buffer.concat([bytes.subarray(0, at), END]);
      await expect(decode(cut)).rejects.toThrow('the file is truncated: its');
    }
  });

  it('reads it without its end mark, as nothing of the picture is missing', async () => {
    const bytes = await make();
    expect(await isSame(decode(bytes.subarray(0, -2)), bytes)).toBe(true);
  });

  it('refuses it with zeros in place of its end, as copies that were broken off leave', async () => {
    const bytes = await make();
    const [start = 0] = scanStarts(bytes);
    for (const share of [0.1, 0.5, 0.9, 0.95]) {
      const from = start + Math.floor((bytes.length - start) * share);
      await expect(decode(Buffer.from(bytes).fill(0, from))).rejects.toThrow(
        /the file is (truncated|damaged): .*; copy or download it again$/,
      );
    }
  });

  it('reads it with bytes too many before and after its end mark', async () => {
    const bytes = await make();
    const padded = Buffer.concat([
      bytes.subarray(0, -2),
      Buffer.alloc(3),
      END,
      Buffer.alloc(500, 7),
    ]);
    expect(await isSame(decode(padded), bytes)).toBe(true);
  });
});

describe('decodeImage of a JPEG', () => {
  it('reads one of which nothing but the parameters of its scan is invalid', async () => {
    const bytes = await made({ quality: 80 });
    const [start = 0] = scanStarts(bytes);
    // Of a sequential JPEG, the first and last coefficient must be 0 and 63, and mean nothing.
    const odd = Buffer.from(bytes);
    odd.set([0, 0, 0], start - 3);
    await expect(sharp(odd, { failOn: 'warning' }).raw().toBuffer()).rejects.toThrow('Invalid SOS');
    expect(await isSame(decode(odd), bytes)).toBe(true);
  });

  it('refuses one whose stretches between restart marks are out of order', async () => {
    const bytes = fixture('restart-baseline.jpg');
    const [first = 0] = scanStarts(bytes);
    const marks = [...bytes.keys()].filter(
      (at) => at > first && bytes[at] === 0xff && (bytes[at + 1]! & 0xf8) === 0xd0,
    );
    const [a = 0, b = 0, c = 0] = marks;
    expect(c).toBeGreaterThan(0);
    const order = [
      [0, a],
      [b, c],
      [a, b],
      [c, bytes.length],
    ];
    const swapped = Buffer.concat(order.map(([from, to]) => bytes.subarray(from, to)));
    await expect(decode(swapped)).rejects.toThrow('pieces of its image data are missing or out of');
  });

  it('calls one damaged whose data has codes that do not exist', async () => {
    const bytes = await made({ quality: 80 });
    const [start = 0] = scanStarts(bytes);
    for (let at = start + 200; at < start + 260; at += 2) bytes.set([0xff, 0], at);
    await expect(decode(bytes)).rejects.toThrow('the file is damaged: its image data has codes');
  });

  it('names samples of 12 bits', async () => {
    const bytes = await made({ quality: 80 });
    bytes[bytes.indexOf(Buffer.from([0xff, 0xc0])) + 4] = 12;
    await expect(decode(bytes)).rejects.toThrow('samples of 12 bits, which are not read');
  });

  it.skipIf(!sharedIsPresent('cases/images'))(
    'refuses the cases that lack half of it',
    async () => {
      for (const name of ['half50_eoi.jpg', 'prog_half_eoi.jpg']) {
        const bytes = readFileSync(sharedPath(`cases/images/${name}`));
        await expect(decode(bytes)).rejects.toThrow('the file is truncated');
      }
    },
  );
});
