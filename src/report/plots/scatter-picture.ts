import sharp from 'sharp';
import { COLOURS } from '../../images/contact-sheet/drawing.ts';
import type { EncodedImage } from '../../images/encode.ts';
import { textPath, textWidth } from '../../images/fonts/label-font.ts';
import { outlineText } from './outline-text.ts';
import { renderSvg } from './render-svg.ts';
import { type Scatter, scatterPlot } from './scatter.ts';

/** As large as promptfoo's viewer shows a picture in a cell, in CSS pixels. */
const WIDTH = 500;
const HEIGHT = 300;
const PIXEL_RATIO = 2;
const MARGIN = 12;
const TITLE_SIZE = 15;
const LINE_SIZE = 12;
const LINE_HEIGHT = 19;
/** What axis labels and titles take beside and below the axes; half of the last label is right of them. */
const AXIS_ROOM = { x: 76, y: 44 };

/**
 * A scatter plot for a cell of promptfoo's viewer, dark like a contact sheet: legible on light and on
 * dark pages, without fonts of the system.
 *
 * @param title first line, larger; `lines` stand below it
 */
export async function scatterPicture(
  scatter: Omit<Scatter, 'width' | 'height'>,
  { title, lines }: { title: string; lines: readonly string[] },
): Promise<EncodedImage> {
  const top = MARGIN + TITLE_SIZE + lines.length * LINE_HEIGHT + MARGIN / 2;
  const plot = await renderSvg(
    scatterPlot({
      ...scatter,
      width: WIDTH - 2 * MARGIN - AXIS_ROOM.x,
      height: HEIGHT - top - MARGIN - AXIS_ROOM.y,
    }),
    {
      text: COLOURS.text,
      grid: COLOURS.border,
      mark: COLOURS.text,
      line: COLOURS.accent,
      font: 'Inter',
    },
  );
  const texts = [
    line(title, MARGIN + TITLE_SIZE, TITLE_SIZE, COLOURS.strong),
    ...lines.map((text, index) =>
      line(text, MARGIN + TITLE_SIZE + (index + 1) * LINE_HEIGHT, LINE_SIZE, COLOURS.text),
    ),
  ];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH * PIXEL_RATIO}" height="${HEIGHT * PIXEL_RATIO}" viewBox="0 0 ${WIDTH} ${HEIGHT}"><rect width="100%" height="100%" fill="${COLOURS.ground}"/>${texts.join('')}<svg x="${MARGIN}" y="${top}" width="${WIDTH - 2 * MARGIN}" height="${HEIGHT - top - MARGIN}">${outlineText(plot)}</svg></svg>`;
  return { bytes: await sharp(Buffer.from(svg)).png().toBuffer(), mimeType: 'image/png' };
}

/** One line of text, made smaller where it would not fit. */
function line(text: string, baseline: number, size: number, colour: string): string {
  const room = WIDTH - 2 * MARGIN;
  const fitting = Math.min(size, (size * room) / textWidth(text, size));
  return `<path fill="${colour}" d="${textPath(text, MARGIN, baseline, fitting)}"/>`;
}
