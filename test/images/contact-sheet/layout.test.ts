import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { degradationNames } from '../../../src/degradations/index.ts';
import { drawDegradations } from '../../../src/images/contact-sheet/degradation-drawing.ts';
import {
  type Box,
  type Drawing,
  lineStart,
  type TextLine,
} from '../../../src/images/contact-sheet/drawing.ts';
import { ellipsize, wrapText } from '../../../src/images/contact-sheet/fit-text.ts';
import { drawRow, MAX_TILES } from '../../../src/images/contact-sheet/row-drawing.ts';
import { capHeight, textWidth } from '../../../src/images/fonts/label-font.ts';
import { flat } from '../pictures.ts';
import { REASON, sheetOf } from './sheets.ts';

/** The box of a line's letters, without descenders. */
const boxOf = (line: TextLine): Box => ({
  x: lineStart(line),
  y: line.baseline - capHeight(line.size),
  width: textWidth(line.text, line.size),
  height: capHeight(line.size),
});

const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

const pairs = <T>(list: readonly T[]): [T, T][] =>
  list.flatMap((a, index) => list.slice(index + 1).map((b): [T, T] => [a, b]));

/** Nothing outside the sheet, no text or picture over another one of its kind. */
function expectTidy({ width, height, pictures, texts }: Drawing): void {
  const boxes = [...pictures.map(({ box }) => box), ...texts.map(boxOf)];
  for (const box of boxes) {
    expect(box.width).toBeGreaterThan(0);
    expect(box.height).toBeGreaterThan(0);
    expect(box.x).toBeGreaterThanOrEqual(4);
    expect(box.y).toBeGreaterThanOrEqual(4);
    expect(box.x + box.width).toBeLessThanOrEqual(width - 4);
    expect(box.y + box.height).toBeLessThanOrEqual(height - 4);
  }
  for (const [a, b] of pairs(pictures)) expect(overlap(a.box, b.box)).toBe(false);
  for (const [a, b] of pairs(texts)) {
    expect(overlap(boxOf(a), boxOf(b)), `"${a.text}" and "${b.text}"`).toBe(false);
  }
}

const anySize = fc.record({
  width: fc.integer({ min: 1, max: 400 }),
  height: fc.integer({ min: 1, max: 400 }),
});
const longName = fc.string({ minLength: 1, maxLength: 60 });

describe('the sheet of a row', () => {
  it('has a picture for the query image and one for each condition', () => {
    for (const count of [0, 1, 2, 4, 7, 12, 20]) {
      expect(drawRow(sheetOf(count)).pictures).toHaveLength(count + 1);
    }
  });

  it('of more conditions than can be read shows the first, and says how many it leaves out', () => {
    const { pictures, texts } = drawRow(sheetOf(65));
    expect(pictures).toHaveLength(MAX_TILES + 1);
    expect(texts.filter(({ text }) => text.startsWith('weight'))).toHaveLength(MAX_TILES - 1);
    expect(texts.map(({ text }) => text).join(' ')).toContain('and 36 more, listed in the answer');
    expect(
      drawRow(sheetOf(MAX_TILES))
        .texts.map(({ text }) => text)
        .join(' '),
    ).not.toContain('more');
    expectTidy(drawRow(sheetOf(65)));
  });

  it('keeps everything on the sheet and apart, whatever the picture and the names', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 16 }),
        anySize,
        longName,
        fc.array(fc.integer({ min: 0, max: 15 }), { maxLength: 4 }),
        (count, { width, height }, name, skipped) => {
          const sheet = sheetOf(count, { image: flat(width, height, [90, 90, 90]), skipped });
          const conditions = sheet.conditions.map((condition) => ({
            ...condition,
            degradation: name,
          }));
          expectTidy(drawRow({ ...sheet, conditions, method: name, qualityLabel: name }));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('shows the anchors that the image was compared with, each with both orders', () => {
    const image = flat(40, 40, [9, 9, 9]);
    const anchors = [
      { image, name: 'a.png', shownFirst: 0.7, shownSecond: 0.5 },
      { image, name: 'b.png', shownFirst: 0.91, shownSecond: 0.13 },
    ];
    const alone = { ...sheetOf(0), anchors, notes: ['position bias +0.10'] };
    const { pictures, texts } = drawRow(alone);
    expect(pictures).toHaveLength(3);
    expect(texts.map(({ text }) => text)).toEqual(
      expect.arrayContaining([
        ...['a.png', 'beats 0.60', '1st 0.70', '2nd 0.50'],
        ...['b.png', 'beats 0.52', '1st 0.91', '2nd 0.13', 'position bias +0.10'],
      ]),
    );
    // Behind the degraded copies, where there are some.
    expect(drawRow({ ...sheetOf(4), anchors }).pictures).toHaveLength(7);
  });

  it('keeps anchors and notes on the sheet and apart, whatever the picture and the names', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 5 }),
        fc.integer({ min: 1, max: 16 }),
        anySize,
        longName,
        (conditions, count, { width, height }, name) => {
          const image = flat(width, height, [90, 90, 90]);
          const anchor = { image, name, shownFirst: 0.25, shownSecond: 1 };
          const anchors = Array.from({ length: count }, () => anchor);
          expectTidy(drawRow({ ...sheetOf(conditions, { image }), anchors, notes: [name] }));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('has room for the names of all degradations', () => {
    const { conditions, ...rest } = sheetOf(4);
    for (const degradation of degradationNames) {
      const named = conditions.map((condition) => ({ ...condition, degradation }));
      const texts = drawRow({ ...rest, conditions: named }).texts.map(({ text }) => text);
      expect(texts).toContain(`${degradation} 1`);
      expect(texts.filter((text) => /^w(eight)? 0\.26$/.test(text))).toHaveLength(4);
    }
  });

  it('shortens names but never a number', () => {
    const sheet = sheetOf(1);
    const conditions = sheet.conditions.map((condition) => ({
      ...condition,
      degradation: 'a_degradation_with_a_very_long_name',
      severity: 4,
    }));
    const { texts } = drawRow({
      ...sheet,
      conditions,
      qualityLabel: 'expected value of the answer',
    });
    const written = texts.map(({ text }) => text);
    expect(written).toContainEqual(expect.stringMatching(/^a_degr\w*… 4$/));
    expect(written).toContainEqual(expect.stringMatching(/^expec[\w ]*… 0\.71$/));
    expect(written).toEqual(expect.arrayContaining(['w 0.26', 'P(same) 0.93', '0.712', '96 × 72']));
  });

  it('names what every number is', () => {
    const written = drawRow(sheetOf(4)).texts.map(({ text }) => text);
    expect(written).toEqual(
      expect.arrayContaining([
        'query',
        'score',
        'debiased, softmax',
        'zoom_blur 1',
        'fog 4',
        'P(good) 0.71',
        'P(same) 0.93',
        'weight 0.26',
      ]),
    );
  });

  it('leaves P(same) out where no similarity was asked for', () => {
    const sheet = sheetOf(2);
    const conditions = sheet.conditions.map((c) => ({ ...c, similarity: null }));
    const written = drawRow({ ...sheet, conditions }).texts.map(({ text }) => text);
    expect(written.filter((text) => text.startsWith('P(good)'))).toHaveLength(2);
    expect(written.filter((text) => text.includes('same'))).toEqual([]);
  });

  it('says why a condition was skipped, in its picture, instead of numbers', () => {
    const { pictures, texts } = drawRow(sheetOf(4, { skipped: [2] }));
    const picture = pictures[3];
    expect(pictures.map(({ faded }) => faded === true)).toEqual([false, false, false, true, false]);
    const reason = texts.filter((line) => picture && overlap(boxOf(line), picture.box));
    expect(reason.length).toBeGreaterThan(1);
    expect(
      REASON.startsWith(
        reason
          .map(({ text }) => text)
          .join(' ')
          .replace('…', ''),
      ),
    ).toBe(true);
    expect(texts.map(({ text }) => text)).toContain('skipped');
    expect(texts.filter(({ text }) => text.startsWith('weight'))).toHaveLength(3);
  });

  it('shows the size of the original where the picture is smaller', () => {
    const { query, ...rest } = sheetOf(1);
    const { texts } = drawRow({ ...rest, query: { ...query, width: 4000, height: 3000 } });
    expect(texts.map(({ text }) => text)).toContain('4000 × 3000');
  });

  // promptfoo's viewer scales to 500 x 300, and stretches a picture that is higher.
  it.each([0, 1, 2, 3, 4, 5, 6, 9, 12])(
    'of %i conditions is at most 3/5 as high as wide',
    (count) => {
      for (const [width, height] of [
        [300, 300],
        [300, 200],
        [200, 300],
        [300, 90],
        [90, 300],
        [2000, 1],
        [1, 2000],
      ] as const) {
        const drawing = drawRow(sheetOf(count, { image: flat(width, height, [0, 0, 0]) }));
        expect(drawing.height / drawing.width).toBeLessThanOrEqual(0.6);
      }
    },
  );
});

describe('the sheet of degradations', () => {
  const rows = (names: string[]) =>
    names.map((degradation) => ({
      degradation,
      copies: [1, 2, 3].map((severity) => ({
        severity,
        image: flat(60, 40, [9, 9, 9]),
        psnrDb: severity === 1 ? Number.POSITIVE_INFINITY : severity * 20.04,
      })),
    }));
  const sheet = (names: string[], title = 'photo.jpg') => ({
    title,
    original: flat(60, 40, [9, 9, 9]),
    noEffectPsnrDb: 60,
    rows: rows(names),
  });

  it('has a row a degradation and a column a severity, beside the original', () => {
    const { pictures, texts } = drawDegradations(sheet(['fog', 'snow']));
    expect(pictures).toHaveLength(2 * 4);
    expect(new Set(pictures.map(({ box }) => box.x)).size).toBe(4);
    expect(new Set(pictures.map(({ box }) => box.y)).size).toBe(2);
    expect(texts.map(({ text }) => text)).toEqual(
      expect.arrayContaining(['photo.jpg', 'original', 'severity 3', 'fog', 'snow']),
    );
  });

  it('marks copies that an evaluation would skip', () => {
    const written = drawDegradations(sheet(['fog'])).texts.map(({ text }) => text);
    expect(written).toEqual(
      expect.arrayContaining(['no effect, identical', 'PSNR 40.1 dB', 'no effect, 60.1 dB']),
    );
  });

  it('keeps everything on the sheet and apart', () => {
    fc.assert(
      fc.property(fc.array(longName, { minLength: 1, maxLength: 6 }), longName, (names, title) => {
        expectTidy(drawDegradations(sheet(names, title)));
      }),
      { numRuns: 40 },
    );
  });
});

describe('fitting text', () => {
  it('never gives a line wider than asked for', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 80 }),
        fc.integer({ min: 20, max: 300 }),
        fc.integer({ min: 1, max: 4 }),
        (text, width, maxLines) => {
          expect(textWidth(ellipsize(text, width, 13), 13)).toBeLessThanOrEqual(width);
          const lines = wrapText(text, width, 13, maxLines);
          expect(lines.length).toBeLessThanOrEqual(maxLines);
          for (const line of lines) expect(textWidth(line, 13)).toBeLessThanOrEqual(width);
        },
      ),
    );
  });

  it('leaves alone what fits', () => {
    expect(ellipsize('fog 4', 100, 13)).toBe('fog 4');
    expect(wrapText('one two', 500, 13, 2)).toEqual(['one two']);
  });

  it('breaks between words and marks what was cut off', () => {
    const lines = wrapText('the copy differs too little from it', 80, 13, 2);
    expect(lines).toEqual(['the copy', expect.stringMatching(/^differs .*…$/)]);
    expect(wrapText('the copy differs', 80, 13, 3).join(' ')).toBe('the copy differs');
  });
});
