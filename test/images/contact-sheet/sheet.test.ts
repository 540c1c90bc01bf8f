import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  MAX_SHEET_BYTES,
  renderContactSheet,
  renderThumbnail,
} from '../../../src/images/contact-sheet/index.ts';
import { decodeImage } from '../../../src/images/decode.ts';
import type { RawImage } from '../../../src/images/raw-image.ts';
import { flat, picture, pixelAt } from '../pictures.ts';
import { noise, sheetOf } from './sheets.ts';

const decode = (bytes: Uint8Array): Promise<RawImage> =>
  decodeImage({ name: 'sheet', bytes }, 10_000_000);

describe('renderContactSheet', () => {
  it.each([
    ['noise, query only', 0, noise(512, 512)],
    ['noise, 1 condition', 1, noise(512, 512)],
    ['noise, 4 conditions', 4, noise(512, 512)],
    ['upright noise, 4 conditions', 4, noise(300, 600)],
    ['noise, 12 conditions', 12, noise(256, 256)],
    ['noise, 30 conditions', 30, noise(128, 128)],
    ['a fine pattern', 4, picture(512, 384)],
    ['one colour', 4, flat(64, 64, [200, 10, 10])],
  ])('stays within 60,000 bytes: %s', async (_, count, image) => {
    const sheet = await renderContactSheet(sheetOf(count, { image }));
    expect(sheet.bytes.length).toBeLessThanOrEqual(MAX_SHEET_BYTES);
    const decoded = await decode(sheet.bytes);
    expect(sheet.mimeType).toBe('image/webp');
    expect({ width: decoded.width, height: decoded.height }).toEqual({
      width: sheet.width,
      height: sheet.height,
    });
    expect(sheet.width).toBeGreaterThanOrEqual(450);
  });

  it('gives the same bytes for the same row, and others when a number changes', async () => {
    const [first, again, other] = await Promise.all([
      renderContactSheet(sheetOf(4)),
      renderContactSheet(sheetOf(4)),
      renderContactSheet({ ...sheetOf(4), score: 0.7133 }),
    ]);
    expect(Buffer.from(again.bytes)).toEqual(Buffer.from(first.bytes));
    expect(Buffer.from(other.bytes)).not.toEqual(Buffer.from(first.bytes));
  });

  it('shows every condition its own picture', async () => {
    const colours: [number, number, number][] = [
      [200, 0, 0],
      [0, 200, 0],
      [0, 0, 200],
      [200, 200, 0],
    ];
    const { conditions, ...rest } = sheetOf(4);
    const { bytes, width, height } = await renderContactSheet({
      ...rest,
      conditions: conditions.map((condition, index) => ({
        ...condition,
        image: flat(90, 60, colours[index] as [number, number, number]),
      })),
    });
    const image = await decode(bytes);
    const places = [
      [0.45, 0.17],
      [0.82, 0.17],
      [0.45, 0.67],
      [0.82, 0.67],
    ] as const;
    for (const [index, [x, y]] of places.entries()) {
      const found = pixelAt(image, Math.round(x * width), Math.round(y * height));
      for (const [channel, value] of (colours[index] ?? []).entries()) {
        expect(Math.abs(found[channel]! - value)).toBeLessThan(25);
      }
    }
  });

  it('shows a skipped condition dark and without colour', async () => {
    const image = flat(90, 60, [250, 30, 30]);
    const { bytes, width, height } = await renderContactSheet(sheetOf(4, { image, skipped: [3] }));
    // At the picture's lower edge, beside the text.
    const [r, g, b] = pixelAt(
      await decode(bytes),
      Math.round(0.72 * width),
      Math.round(0.845 * height),
    ) as [number, number, number];
    expect(Math.max(r, g, b) - Math.min(r, g, b)).toBeLessThan(20);
    expect(Math.max(r, g, b)).toBeLessThan(90);
  });

  it('draws conditions without a picture, and pictures of extreme shapes', async () => {
    const { conditions, ...rest } = sheetOf(4);
    const empty = conditions.map((condition) => ({ ...condition, image: null }));
    expect((await renderContactSheet({ ...rest, conditions: empty })).width).toBeGreaterThan(800);
    for (const image of [picture(2000, 1), picture(1, 2000), picture(1, 1)]) {
      expect((await renderContactSheet(sheetOf(2, { image }))).width).toBeGreaterThan(800);
    }
  });

  it('takes pixels in shared memory, as they come from the pixel pool', async () => {
    const image = picture(96, 72);
    const shared = new Uint8Array(new SharedArrayBuffer(image.data.length));
    shared.set(image.data);
    const [own, other] = await Promise.all([
      renderContactSheet(sheetOf(2, { image })),
      renderContactSheet(sheetOf(2, { image: { ...image, data: shared } })),
    ]);
    expect(Buffer.from(other.bytes)).toEqual(Buffer.from(own.bytes));
  });
});

describe('fonts of the machine', () => {
  const print = (environment: Record<string, string>) => {
    const script = fileURLToPath(new URL('print-sheet.ts', import.meta.url));
    const { stdout, stderr, status } = spawnSync(process.execPath, [script], {
      env: { ...process.env, ...environment },
      encoding: 'utf8',
    });
    return { stdout, stderr, status };
  };

  it('change nothing: without any, the sheet has the same bytes and nothing is complained of', () => {
    const folder = mkdtempSync(join(tmpdir(), 'fonts-'));
    try {
      const noFonts = join(folder, 'fonts.conf');
      writeFileSync(noFonts, '<fontconfig></fontconfig>');
      const ordinary = print({});
      expect(ordinary).toEqual({
        stdout: expect.stringMatching(/^[0-9a-f]{64}$/),
        stderr: '',
        status: 0,
      });
      const missing = join(folder, 'missing.conf');
      expect(print({ FONTCONFIG_FILE: missing, FONTCONFIG_PATH: '' })).toEqual(ordinary);
      expect(print({ FONTCONFIG_FILE: noFonts, FONTCONFIG_PATH: folder })).toEqual(ordinary);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('renderThumbnail', () => {
  it.each([
    [640, 480, 160, 120],
    [300, 900, 53, 160],
    [100, 50, 100, 50],
  ])('of %ix%i is %ix%i', async (width, height, shownWidth, shownHeight) => {
    const { bytes, mimeType } = await renderThumbnail(picture(width, height));
    const decoded = await decode(bytes);
    expect(mimeType).toBe('image/webp');
    expect([decoded.width, decoded.height]).toEqual([shownWidth, shownHeight]);
  });

  it('stays within 8,000 bytes for noise and is the same every time', async () => {
    const image = noise(512, 512);
    const [first, again] = await Promise.all([renderThumbnail(image), renderThumbnail(image)]);
    expect(first.bytes.length).toBeLessThanOrEqual(8_000);
    expect(Buffer.from(again.bytes)).toEqual(Buffer.from(first.bytes));
  });

  it('takes another longest side', async () => {
    const { bytes } = await renderThumbnail(picture(400, 200), 50);
    expect(await decode(bytes)).toMatchObject({ width: 50, height: 25 });
  });
});
