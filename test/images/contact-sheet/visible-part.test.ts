import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { renderContactSheet, renderThumbnail } from '../../../src/images/contact-sheet/index.ts';
import { visiblePart } from '../../../src/images/visible-part.ts';
import { picture as pictureTask } from '../../../src/method/pixel-worker.ts';
import { picture, pixelAt } from '../pictures.ts';
import { sheetOf } from './sheets.ts';

describe('what is shown of an image', () => {
  it.each([
    [100, 100],
    [400, 100],
    [60, 240],
    [1, 1],
  ])('is all of one of %i x %i', (width, height) => {
    const image = picture(width, height);
    expect(visiblePart(image)).toBe(image);
  });

  it.each<[number, number, [number, number], [number, number]]>([
    [8000, 40, [160, 40], [3920, 0]],
    [40, 2000, [40, 160], [0, 920]],
    [501, 100, [400, 100], [50, 0]],
    [1, 9, [1, 4], [0, 2]],
  ])('is the middle of one of %i x %i', (width, height, size, [left, top]) => {
    const image = picture(width, height);
    const shown = visiblePart(image);
    expect([shown.width, shown.height]).toEqual(size);
    expect(shown.data.length).toBe(3 * size[0] * size[1]);
    expect(pixelAt(shown, 0, 0)).toEqual(pixelAt(image, left, top));
    const last = [size[0] - 1, size[1] - 1] as const;
    expect(pixelAt(shown, ...last)).toEqual(pixelAt(image, left + last[0], top + last[1]));
  });
});

describe.each([
  [8000, 40],
  [40, 8000],
  [3000, 60],
])('an image of %i x %i', (width, height) => {
  it('has a thumbnail and small copies with sides that can be seen', async () => {
    const image = picture(width, height);
    const thumbnail = await sharp((await renderThumbnail(image)).bytes).metadata();
    expect(Math.min(thumbnail.width, thumbnail.height)).toBeGreaterThanOrEqual(40);
    const small = await pictureTask({ image });
    expect(Math.min(small.width, small.height)).toBeGreaterThanOrEqual(40);
  });

  it('is seen on its contact sheet, which says what is shown', async () => {
    const image = await pictureTask({ image: picture(width, height) });
    const sheet = sheetOf(4);
    const bright = {
      data: new Uint8Array(image.data.length).fill(255),
      width: image.width,
      height: image.height,
    };
    const { bytes } = await renderContactSheet({
      ...sheet,
      query: { image: bright, width, height },
      conditions: sheet.conditions.map((condition) => ({ ...condition, image: bright })),
    });
    const { data } = await sharp(bytes)
      .toColourspace('b-w')
      .raw()
      .toBuffer({ resolveWithObject: true });
    const share = data.filter((level) => level > 230).length / data.length;
    expect(share).toBeGreaterThan(0.1);
  });
});
