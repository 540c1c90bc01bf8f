import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../src/images/decode.ts';
import { codedPixels, gifFault } from '../../src/images/gif-data.ts';
import { picture, pixelAt } from './pictures.ts';

interface Frame {
  left: number;
  top: number;
  side: number;
  transparency?: boolean;
  /** Pixels that are not there. */
  missing?: number;
}

/** A GIF of 4x4 pixels with one square frame, all of the second colour, red; the first one is green. */
function gif({ left, top, side, transparency, missing = 0 }: Frame): Buffer {
  const control =
    transparency === undefined ? [] : [0x21, 0xf9, 4, Number(transparency), 0, 0, 0, 0];
  const comment = [0x21, 0xfe, 3, 0x2c, 0x2c, 0x2c, 0];
  // Codes of 3 bits, lowest bit first: clear (4), then pixels of colour 1, cleared often enough, and the end (5).
  const codes = [
    4,
    ...Array.from({ length: side * side - missing }, (_, i) => (i % 2 ? [1, 4] : [1])).flat(),
    5,
  ];
  const bits = codes.flatMap((code) => [code & 1, (code >> 1) & 1, code >> 2]);
  const data = Array.from({ length: Math.ceil(bits.length / 8) }, (_, byte) =>
    Array.from({ length: 8 }, (_, bit) => (bits[8 * byte + bit] ?? 0) << bit).reduce(
      (a, b) => a + b,
    ),
  );
  return Buffer.from([
    ...Buffer.from('GIF89a'),
    ...[4, 0, 4, 0, 0x81, 0, 0],
    ...[0, 255, 0, 255, 0, 0, 0, 0, 255, 9, 9, 9],
    ...comment,
    ...control,
    ...[0x2c, left, 0, top, 0, side, 0, side, 0, 0],
    ...[2, data.length, ...data, 0],
    0x3b,
  ]);
}

const decode = (bytes: Uint8Array) => decodeImage({ name: 'x.gif', bytes }, 10_000);

describe('decodeImage of a GIF', () => {
  it('reads one whose first frame covers the picture', async () => {
    const image = await decode(gif({ left: 0, top: 0, side: 4 }));
    expect(pixelAt(image, 0, 0)).toEqual([255, 0, 0]);
    expect(pixelAt(image, 3, 3)).toEqual([255, 0, 0]);
  });

  it('shows white where a smaller frame with transparency leaves the picture', async () => {
    const image = await decode(gif({ left: 1, top: 1, side: 2, transparency: true }));
    expect(pixelAt(image, 0, 0)).toEqual([255, 255, 255]);
    expect(pixelAt(image, 1, 1)).toEqual([255, 0, 0]);
  });

  it.each<[string, Frame]>([
    ['smaller', { left: 0, top: 0, side: 3 }],
    ['beside it', { left: 1, top: 0, side: 3 }],
    [
      'smaller, with a control that says nothing',
      { left: 1, top: 1, side: 2, transparency: false },
    ],
  ])('refuses one whose first frame is %s', async (_, frame) => {
    await expect(decode(gif(frame))).rejects.toThrow(
      'the first frame of this GIF covers a part of the picture only, and viewers differ about the rest',
    );
  });

  it.each([1, 8, 16])(
    'refuses one that lacks %i of 16 pixels, with an end mark',
    async (missing) => {
      await expect(decode(gif({ left: 0, top: 0, side: 4, missing }))).rejects.toThrow(
        'the file is truncated: its image data ends too early; copy or download it again',
      );
    },
  );

  it('refuses one with zeros in place of its end', async () => {
    const whole = gif({ left: 0, top: 0, side: 4 });
    for (const count of [2, 4, 6]) {
      const zeros = Buffer.concat([whole.subarray(0, -count), Buffer.alloc(count + 3)]);
      await expect(decode(zeros)).rejects.toThrow(/the file is (truncated|damaged)/);
    }
  });

  it.each([2, 5, 256])('reads pictures of %i colours, still and moving', async (colours) => {
    const { data, width, height } = picture(93, 61);
    const raw = { width, height, channels: 3 as const };
    const still = await sharp(data, { raw }).gif({ colours }).toBuffer();
    const two = { raw: { ...raw, height: 2 * height, pageHeight: height } };
    const moving = await sharp(Buffer.concat([data, data]), two)
      .gif({ colours })
      .toBuffer();
    for (const bytes of [still, moving]) {
      expect(await decode(bytes)).toMatchObject({ width, height });
    }
  });

  it('leaves files that end before their frame to the decoder', () => {
    const whole = gif({ left: 0, top: 0, side: 4 });
    for (let length = 0; length < 42; length++) {
      expect(gifFault(whole.subarray(0, length))).toBeUndefined();
    }
  });
});

describe('codedPixels', () => {
  it('counts the codes of a table that grows, as GIF89a has it', () => {
    // Two bits a colour: clear, 1, 6 (1 1), 6 (1 1), 2, 9 (2 2), end; from 8 entries on codes have 4 bits.
    const codes: [code: number, bits: number][] = [
      [4, 3],
      [1, 3],
      [6, 3],
      [6, 3],
      [2, 4],
      [9, 4],
      [5, 4],
    ];
    const bits = codes.flatMap(([code, count]) =>
      Array.from({ length: count }, (_, bit) => (code >> bit) & 1),
    );
    const data = Uint8Array.from({ length: Math.ceil(bits.length / 8) }, (_, byte) =>
      Array.from({ length: 8 }, (_, bit) => (bits[8 * byte + bit] ?? 0) << bit).reduce(
        (a, b) => a + b,
      ),
    );
    expect(codedPixels(data, 2)).toBe(1 + 2 + 2 + 1 + 2);
  });
});
