import { capHeight, textWidth } from '../fonts/label-font.ts';
import type { RawImage } from '../raw-image.ts';
import { type Box, COLOURS, type Drawing, type TextLine } from './drawing.ts';
import { ellipsize } from './fit-text.ts';

/** A picture and its degraded copies: a row a degradation, a column a severity. */
export interface DegradationSheet {
  /** First line of the sheet: the file, its size, the seed. */
  title: string;
  /** Shown at the start of every row. */
  original: RawImage;
  /** Copies with a PSNR of this or more are marked: an evaluation would skip them. */
  noEffectPsnrDb: number;
  rows: readonly {
    degradation: string;
    /** In the order of the columns; all rows have the same severities. */
    copies: readonly DegradedCopy[];
  }[];
}

export interface DegradedCopy {
  severity: number;
  image: RawImage;
  /** PSNR between the original and the copy, in dB; Infinity when they are equal. */
  psnrDb: number;
}

/** Width and greatest height of a picture on the sheet, in CSS pixels. */
export const DEGRADATION_TILE = { width: 144, maxHeight: 216 };

const MARGIN = 12;
const GAP = 8;
const FONT_SIZE = 13;
const LINE_HEIGHT = 18;
const MIN_PICTURE_HEIGHT = 48;
const HEADING_GAP = 12;
const TITLE_HEIGHT = 26;

/** The sheet, not yet painted. */
export function drawDegradations(sheet: DegradationSheet): Drawing {
  const { title, original, noEffectPsnrDb, rows } = sheet;
  const severities = rows[0]?.copies.map(({ severity }) => severity) ?? [];
  const headings = ['original', ...severities.map((severity) => `severity ${severity}`)];
  const headingWidth = Math.max(
    ...rows.map(({ degradation }) => textWidth(degradation, FONT_SIZE)),
    0,
  );
  const left = MARGIN + Math.ceil(headingWidth) + HEADING_GAP;
  const top = MARGIN + TITLE_HEIGHT + LINE_HEIGHT;
  const { width: tileWidth, maxHeight } = DEGRADATION_TILE;
  const wantedHeight = (tileWidth * original.height) / original.width;
  const pictureHeight = Math.round(Math.min(maxHeight, Math.max(MIN_PICTURE_HEIGHT, wantedHeight)));
  const rowHeight = pictureHeight + LINE_HEIGHT + GAP;
  const width = left + headings.length * (tileWidth + GAP) - GAP + MARGIN;
  const boxAt = (column: number, row: number): Box => ({
    x: left + column * (tileWidth + GAP),
    y: top + row * rowHeight,
    width: tileWidth,
    height: pictureHeight,
  });
  return {
    width,
    height: top + rows.length * rowHeight - GAP + MARGIN,
    pictures: rows.flatMap(({ copies }, row) =>
      [original, ...copies.map(({ image }) => image)].map((image, column) => ({
        image,
        box: boxAt(column, row),
      })),
    ),
    texts: [
      line(
        ellipsize(title, width - 2 * MARGIN, FONT_SIZE),
        MARGIN,
        MARGIN + LINE_HEIGHT / 2,
        COLOURS.quiet,
      ),
      ...headings.map((heading, column) =>
        line(heading, boxAt(column, 0).x, MARGIN + TITLE_HEIGHT + 8, COLOURS.strong),
      ),
      ...rows.flatMap(({ degradation, copies }, row) => [
        line(degradation, MARGIN, boxAt(0, row).y + pictureHeight / 2, COLOURS.strong),
        ...copies.map(({ psnrDb }, index) => {
          const { x, y } = boxAt(index + 1, row);
          const hasEffect = psnrDb < noEffectPsnrDb;
          return line(
            hasEffect ? `PSNR ${decibels(psnrDb)}` : `no effect, ${decibels(psnrDb)}`,
            x,
            y + pictureHeight + 2 + LINE_HEIGHT / 2,
            hasEffect ? COLOURS.quiet : COLOURS.accent,
          );
        }),
      ]),
    ],
  };
}

const decibels = (psnrDb: number): string =>
  Number.isFinite(psnrDb) ? `${psnrDb.toFixed(1)} dB` : 'identical';

/** @param middle y of the middle of the capital letters */
const line = (text: string, x: number, middle: number, colour: string): TextLine => ({
  text,
  x,
  baseline: middle + capHeight(FONT_SIZE) / 2,
  size: FONT_SIZE,
  colour,
});
