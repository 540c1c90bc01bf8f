import { fileURLToPath } from 'node:url';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { capHeight, textPath, textWidth } from '../../../src/images/fonts/label-font.ts';

const FONT_FILE = fileURLToPath(
  new URL('../../../src/images/fonts/Inter-Medium.ttf', import.meta.url),
);
const SIZE = 100;

interface Ink {
  alpha: Buffer;
  width: number;
  height: number;
}

/** The opaque part of a drawing of text. */
async function ink(drawing: Sharp): Promise<Ink> {
  const alpha = await drawing.extractChannel('alpha').png().toBuffer();
  const { data, info } = await sharp(alpha)
    .trim({ background: '#000', threshold: 20 })
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { alpha: data, width: info.width, height: info.height };
}

const drawn = (text: string): Promise<Ink> =>
  ink(
    sharp(
      Buffer.from(
        `<svg xmlns="http://www.w3.org/2000/svg" width="1500" height="200"><path d="${textPath(text, 20, 130, SIZE)}"/></svg>`,
      ),
    ),
  );

/** The same text by another implementation of the same font file: pango and FreeType. */
function drawnByPango(text: string, font = 'Inter Medium'): Promise<Ink> {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const markup = `<span font_features="kern=0,calt=0">${escaped}</span>`;
  return ink(
    sharp({
      text: { text: markup, font: `${font} ${SIZE}`, fontfile: FONT_FILE, rgba: true, dpi: 72 },
    }),
  );
}

/** Mean absolute difference of the opacities, 0..255, over the part that both cover. */
function difference(a: Ink, b: Ink): number {
  const width = Math.min(a.width, b.width);
  const height = Math.min(a.height, b.height);
  let sum = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      sum += Math.abs(a.alpha[y * a.width + x]! - b.alpha[y * b.width + x]!);
    }
  }
  return sum / (width * height);
}

// Elsewhere pango takes the system's fonts and ignores the file.
describe.skipIf(process.platform !== 'linux')('text from outlines', () => {
  it.each(['zoom_blur', 'P(good)', 'score', '<&>"{}', 'été × …', '0', '1', '7', '–'])(
    '%j looks as pango draws it',
    async (text) => {
      const [own, reference, other] = await Promise.all([
        drawn(text),
        drawnByPango(text),
        drawnByPango(text, 'DejaVu Sans'),
      ]);
      expect(Math.abs(own.width - reference.width)).toBeLessThanOrEqual(2);
      expect(Math.abs(own.height - reference.height)).toBeLessThanOrEqual(2);
      expect(difference(own, reference)).toBeLessThan(12);
      expect(difference(own, reference)).toBeLessThan(difference(own, other) / 2);
    },
  );
});

describe('the shipped font', () => {
  it('has capitals as high as those drawn', async () => {
    expect(Math.abs((await drawn('H')).height - capHeight(SIZE))).toBeLessThanOrEqual(1);
  });

  it('makes all digits equally wide, so that numbers align', () => {
    const widths = [...'0123456789'].map((digit) => textWidth(digit, SIZE));
    expect(new Set(widths).size).toBe(1);
    expect(textWidth('0.11', SIZE)).toBe(textWidth('0.94', SIZE));
  });

  it('makes text wider in proportion to its size', () => {
    expect(textWidth('weight 0.26', 26)).toBeCloseTo(2 * textWidth('weight 0.26', 13), 10);
  });

  it('draws a box for a character that it does not have', async () => {
    expect(textWidth('漢', SIZE)).toBeGreaterThan(0);
    expect((await drawn('漢')).height).toBeGreaterThan(50);
  });
});
