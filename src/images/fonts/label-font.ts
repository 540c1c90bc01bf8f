import { readFileSync } from 'node:fs';
import opentype, { type Font, type Glyph, type PathCommand } from 'opentype.js';
import { drawableText } from './drawable-text.ts';

/**
 * Text in the shipped font (Inter Medium, licence in OFL.txt), measured and drawn from its outlines.
 *
 * sharp's text input would ask the system's font library instead: on macOS that ignores `fontfile`
 * silently (libvips pull request 5162), and where fontconfig is not installed it writes an error to
 * stderr. Outlines give the same pixels everywhere.
 */

interface LabelFont {
  font: Font;
  /** Advance of the widest digit, in font units. */
  digitWidth: number;
}

let loaded: LabelFont | undefined;

function labelFont(): LabelFont {
  loaded ??= load();
  return loaded;
}

function load(): LabelFont {
  const { buffer, byteOffset, byteLength } = readFileSync(
    new URL('Inter-Medium.ttf', import.meta.url),
  );
  const font = opentype.parse(buffer.slice(byteOffset, byteOffset + byteLength));
  const digitWidth = Math.max(
    ...[...'0123456789'].map((digit) => advance(font.charToGlyph(digit))),
  );
  return { font, digitWidth };
}

const advance = (glyph: Glyph): number => glyph.advanceWidth ?? 0;

interface PlacedGlyph {
  glyph: Glyph;
  /** From the text's start to the glyph's origin, in font units. */
  x: number;
}

/** The text with what the font lacks in letters that it has (`drawable-text.ts`). */
export function drawable(text: string): string {
  const { font } = labelFont();
  return drawableText(text, (character) => font.charToGlyphIndex(character) > 0);
}

/** Glyphs side by side; all digits as wide as the widest, so that numbers under each other align. */
function place(text: string): { glyphs: PlacedGlyph[]; width: number } {
  const { font, digitWidth } = labelFont();
  let width = 0;
  const glyphs = [...drawable(text)].map((character) => {
    const glyph = font.charToGlyph(character);
    const own = advance(glyph);
    const cell = /[0-9]/.test(character) ? digitWidth : own;
    const x = width + (cell - own) / 2;
    width += cell;
    return { glyph, x };
  });
  return { glyphs, width };
}

/** Width of one line of text whose font size is `size`, in the unit of `size`. */
export const textWidth = (text: string, size: number): number =>
  (place(text).width * size) / labelFont().font.unitsPerEm;

/** Height of capital letters and digits, in the unit of `size`. */
export function capHeight(size: number): number {
  const { font } = labelFont();
  return ((font.charToGlyph('H').getMetrics().yMax ?? 0) * size) / font.unitsPerEm;
}

/** SVG path data of one line of text that starts at `x` on the given baseline (y downwards). */
export function textPath(text: string, x: number, baseline: number, size: number): string {
  const scale = size / labelFont().font.unitsPerEm;
  return place(text)
    .glyphs.map(({ glyph, x: start }) => {
      const outline = relativeOutline(glyph, size);
      return outline && `M${decimals(x + start * scale)} ${decimals(baseline)}${outline}`;
    })
    .join('');
}

/** By font size, then by glyph. */
const outlines = new Map<number, Map<number, string>>();

/** A glyph's path data from its origin on, made once for a size: labels are drawn by the thousand. */
function relativeOutline(glyph: Glyph, size: number): string {
  const ofSize = outlines.get(size) ?? new Map<number, string>();
  outlines.set(size, ofSize);
  const outline = ofSize.get(glyph.index) ?? relativePathData(glyph.getPath(0, 0, size).commands);
  ofSize.set(glyph.index, outline);
  return outline;
}

/** Relative path data; each place is rounded by itself, so that roundings do not add up. */
function relativePathData(commands: readonly PathCommand[]): string {
  let [x, y] = [0, 0];
  let [startX, startY] = [0, 0];
  let data = '';
  const away = (toX: number, toY: number) => `${decimals(toX - x)} ${decimals(toY - y)}`;
  for (const command of commands) {
    if (command.type === 'Z') {
      data += 'z';
      [x, y] = [startX, startY];
      continue;
    }
    const [toX, toY] = [rounded(command.x), rounded(command.y)];
    if (command.type === 'M') [startX, startY] = [toX, toY];
    const through = [
      ...('x1' in command ? [away(rounded(command.x1), rounded(command.y1))] : []),
      ...('x2' in command ? [away(rounded(command.x2), rounded(command.y2))] : []),
    ];
    data += `${command.type.toLowerCase()}${[...through, away(toX, toY)].join(' ')}`;
    [x, y] = [toX, toY];
  }
  return data;
}

const rounded = (value: number): number => Math.round(value * 100) / 100;

const decimals = (value: number): string => String(rounded(value));
