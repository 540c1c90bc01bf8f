import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../src/images/decode.ts';
import {
  COLOUR_SPACES,
  type ColourSpace,
  GREY_SPACES,
  iccProfile,
  toSrgb,
} from './icc-profiles.ts';
import { pngFile } from './png-file.ts';
import { tiffFile } from './tiff-file.ts';

const SIDE = 48;
type Channels = 1 | 2 | 3 | 4;

/** Values of 0 to 1: ramps of colour and dark grey, and, where there is an alpha channel, of opacity. */
function valuesOf(channels: Channels): Float64Array {
  const values = new Float64Array(SIDE * SIDE * channels);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const [u, v] = [x / (SIDE - 1), y / (SIDE - 1)];
      const colour = channels < 3 ? [u * v] : [u, v, (u + v) / 2];
      const pixel = channels % 2 === 0 ? [...colour, 1 - u / 2] : colour;
      values.set(pixel, (y * SIDE + x) * channels);
    }
  }
  return values;
}

const scaled = <Kind extends Uint8Array | Uint16Array>(values: Float64Array, into: Kind): Kind => {
  const top = 2 ** (8 * into.BYTES_PER_ELEMENT) - 1;
  for (const [index, value] of values.entries()) into[index] = Math.round(value * top);
  return into;
};

/** The picture as the tests' own arithmetic has it, over white. */
function expected(space: ColourSpace, channels: Channels): Float64Array {
  const values = valuesOf(channels);
  const levels = new Float64Array(SIDE * SIDE * 3);
  for (let pixel = 0; pixel < SIDE * SIDE; pixel++) {
    const own = [...values.subarray(pixel * channels, (pixel + 1) * channels)];
    const opacity = channels % 2 === 0 ? (own.pop() as number) : 1;
    const colour = toSrgb(space, own);
    for (let c = 0; c < 3; c++) {
      const level = colour[colour.length === 1 ? 0 : c]!;
      levels[pixel * 3 + c] = 255 + (level - 255) * opacity;
    }
  }
  return levels;
}

const fileOf = (
  format: 'PNG' | 'TIFF',
  samples: Uint8Array | Uint16Array,
  channels: Channels,
  profile?: Uint8Array,
) => {
  const image = { width: SIDE, height: SIDE, channels, samples, ...(profile && { profile }) };
  if (format === 'PNG') return pngFile(image);
  return tiffFile([{ ...image, ...(channels % 2 === 0 && { tags: { 338: [2] } }) }]);
};

const isLinear = ({ toLight }: ColourSpace) => toLight(0.5) === 0.5;

const decode = async (bytes: Uint8Array) =>
  (await decodeImage({ name: 'photo', bytes }, 1_000_000)).data;

/** `wrong` is the share of more than 2 levels. */
function differences(a: ArrayLike<number>, b: ArrayLike<number>) {
  expect(a.length).toBe(b.length);
  const all = Array.from(a, (level, i) => Math.abs(level - b[i]!));
  return {
    mean: all.reduce((sum, difference) => sum + difference, 0) / all.length,
    max: Math.max(...all),
    wrong: all.filter((difference) => difference > 2).length / all.length,
  };
}

const CASES = [
  ...Object.entries(COLOUR_SPACES).flatMap(([name, space]) =>
    ([3, 4] as const).map((channels) => ({ name, space, channels })),
  ),
  ...Object.entries(GREY_SPACES).flatMap(([name, space]) =>
    ([1, 2] as const).map((channels) => ({ name, space, channels })),
  ),
].flatMap((one) => (['PNG', 'TIFF'] as const).map((format) => ({ ...one, format })));

describe('decodeImage of 16 bits a channel with a profile', () => {
  it.each(CASES)(
    'gives the sRGB that the profile means: $format, $name, $channels channels',
    async ({ space, channels, format }) => {
      const samples = scaled(valuesOf(channels), new Uint16Array(SIDE * SIDE * channels));
      const decoded = await decode(fileOf(format, samples, channels, iccProfile(space)));
      const { mean, wrong } = differences(decoded, expected(space, channels));
      // lcms goes by tables: rough where colours leave sRGB, and at the dark end of linear grey.
      const isRough = space.primaries === undefined && isLinear(space);
      expect(mean).toBeLessThan(isRough ? 1.1 : 0.5);
      expect(wrong).toBeLessThan(isRough ? 0.25 : 0.03);
    },
  );

  it.each(CASES)(
    'differs little from the 8-bit version: $format, $name, $channels channels',
    async ({ space, channels, format }) => {
      // Steps of 8 bits in linear light are steps of several levels in the dark.
      const length = SIDE * SIDE * channels;
      const eight = scaled(valuesOf(channels), new Uint8Array(length));
      const sixteen = isLinear(space)
        ? Uint16Array.from(eight, (level) => level * 257)
        : scaled(valuesOf(channels), new Uint16Array(length));
      const profile = iccProfile(space);
      const { mean } = differences(
        await decode(fileOf(format, sixteen, channels, profile)),
        await decode(fileOf(format, eight, channels, profile)),
      );
      expect(mean).toBeLessThan(1.5);
    },
  );

  it('shows what is transparent as white', async () => {
    const samples = new Uint16Array(SIDE * SIDE * 4);
    const profile = iccProfile(COLOUR_SPACES['ProPhoto RGB']!);
    const decoded = await decode(fileOf('PNG', samples, 4, profile));
    expect(decoded.every((level) => level === 255)).toBe(true);
  });
});

describe('decodeImage of 16 bits a channel', () => {
  const samples = scaled(valuesOf(3), new Uint16Array(SIDE * SIDE * 3));
  const profile = iccProfile(COLOUR_SPACES['Adobe RGB (1998)']!);
  const without = decode(fileOf('PNG', samples, 3));

  it('takes those without a profile for sRGB', async () => {
    const ramp = valuesOf(3).map((value) => value * 255);
    expect(differences(await without, ramp).max).toBeLessThan(1.5);
  });

  it.each([
    ['of another number of channels', iccProfile(GREY_SPACES['grey, linear']!)],
    ['that is cut off', profile.subarray(0, 200)],
    ['that is no profile', Buffer.alloc(500, 7)],
    [
      'without its curves',
      Buffer.from(profile.toString('latin1').replace('gTRC', 'none'), 'latin1'),
    ],
  ])('ignores a profile %s, as with 8 bits', async (_, bad) => {
    expect(await decode(fileOf('TIFF', samples, 3, bad))).toEqual(await without);
    const eight = scaled(valuesOf(3), new Uint8Array(SIDE * SIDE * 3));
    expect(Uint8Array.from(await decode(fileOf('TIFF', eight, 3, bad)))).toEqual(eight);
  });
});

/** 8 bits a channel, with the header of Windows 5 and what it says of colours. */
function bmpFile(samples: Uint8Array, profile: Uint8Array, kind = 'MBED'): Buffer {
  const head = Buffer.alloc(14 + 124);
  head.write('BM');
  head.writeUInt32LE(head.length, 10);
  head.writeUInt32LE(124, 14);
  head.writeInt32LE(SIDE, 18);
  head.writeInt32LE(-SIDE, 22);
  head.writeUInt16LE(1, 26);
  head.writeUInt16LE(24, 28);
  head.writeUInt32BE(Buffer.from(kind).readUInt32LE(), 14 + 56);
  head.writeUInt32LE(124 + samples.length, 14 + 112);
  head.writeUInt32LE(profile.length, 14 + 116);
  // Blue first; rows of 48 pixels need no filling.
  const turned = samples.map((_, i) => samples[i - (i % 3) + 2 - (i % 3)]!);
  return Buffer.concat([head, turned, profile]);
}

describe('decodeImage of a BMP with a profile', () => {
  const samples = scaled(valuesOf(3), new Uint8Array(SIDE * SIDE * 3));

  it.each(Object.entries(COLOUR_SPACES))('gives the sRGB that it means: %s', async (_, space) => {
    const decoded = await decode(bmpFile(samples, iccProfile(space)));
    const ramp = Float64Array.from(samples, (level) => level / 255);
    const meant = Array.from({ length: SIDE * SIDE }, (_, pixel) =>
      toSrgb(space, [...ramp.subarray(3 * pixel, 3 * pixel + 3)]),
    ).flat();
    const { mean, wrong } = differences(decoded, meant);
    expect(mean).toBeLessThan(0.6);
    expect(wrong).toBeLessThan(0.04);
  });

  const profile = iccProfile(COLOUR_SPACES['ProPhoto RGB']!);
  it.each([
    ['that lies elsewhere', profile, 'LINK'],
    ['that is cut off', profile.subarray(0, 200), 'MBED'],
    ['of another number of channels', iccProfile(GREY_SPACES['grey, linear']!), 'MBED'],
  ])('ignores one %s', async (_, bad, kind) => {
    expect(Uint8Array.from(await decode(bmpFile(samples, bad, kind)))).toEqual(samples);
  });

  it('refuses a file that ends inside of it', async () => {
    const file = bmpFile(samples, profile);
    await expect(decode(file.subarray(0, -50))).rejects.toThrow(
      'the file is truncated: it ends before its colour profile',
    );
  });
});
