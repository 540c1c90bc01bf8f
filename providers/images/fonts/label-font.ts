import { readFileSync } from 'node:fs';
import type { Contour, OutlinePoint } from './glyph-outline.ts';
import { readTrueTypeFont, type TrueTypeFont } from './true-type.ts';

/**
 * Text in the shipped font (Inter Medium, licence in OFL.txt), measured and drawn from its outlines.
 *
 * sharp's text input would ask the system's font library instead: on macOS that ignores `fontfile`
 * silently (libvips pull request 5162), and where fontconfig is not installed it writes an error to
 * stderr. Outlines give the same pixels everywhere.
 */

/** Stands for characters that the font does not have. */
const MISSING_GLYPH = 0;

interface LabelFont extends TrueTypeFont {
  glyphOf(character: string): number;
  digitWidth: number;
}

let loaded: LabelFont | undefined;

function font(): LabelFont {
  loaded ??= load();
  return loaded;
}

function load(): LabelFont {
  const file = readTrueTypeFont(readFileSync(new URL('Inter-Medium.ttf', import.meta.url)));
  const glyphOf = (character: string) =>
    file.glyphIndex(character.codePointAt(0) as number) ?? MISSING_GLYPH;
  const outlines = new Map<number, Contour[]>();
  return {
    ...file,
    contours(glyph) {
      const known = outlines.get(glyph) ?? file.contours(glyph).map(withImpliedPoints);
      outlines.set(glyph, known);
      return known;
    },
    glyphOf,
    digitWidth: Math.max(...[...'0123456789'].map((digit) => file.advance(glyphOf(digit)))),
  };
}

interface PlacedGlyph {
  glyph: number;
  /** From the text's start to the glyph's origin, in font units. */
  x: number;
}

/** Glyphs side by side; all digits as wide as the widest, so that numbers under each other align. */
function place(text: string): { glyphs: PlacedGlyph[]; width: number } {
  const { advance, digitWidth, glyphOf } = font();
  let width = 0;
  const glyphs = [...text].map((character) => {
    const glyph = glyphOf(character);
    const own = advance(glyph);
    const cell = /[0-9]/.test(character) ? digitWidth : own;
    const x = width + (cell - own) / 2;
    width += cell;
    return { glyph, x };
  });
  return { glyphs, width };
}

/** Width of one line of text whose font size is `size`, in the unit of `size`. */
export function textWidth(text: string, size: number): number {
  return (place(text).width * size) / font().unitsPerEm;
}

/** Height of capital letters and digits, in the unit of `size`. */
export function capHeight(size: number): number {
  return (font().capHeight * size) / font().unitsPerEm;
}

/** SVG path data of one line of text that starts at `x` on the given baseline (y downwards). */
export function textPath(text: string, x: number, baseline: number, size: number): string {
  const { contours, unitsPerEm } = font();
  const scale = size / unitsPerEm;
  return place(text)
    .glyphs.flatMap(({ glyph, x: start }) =>
      contours(glyph).map((contour) =>
        contourPath(contour, (point) => ({
          x: x + (start + point.x) * scale,
          y: baseline - point.y * scale,
        })),
      ),
    )
    .join('');
}

type Point = Pick<OutlinePoint, 'x' | 'y'>;

function contourPath(points: Contour, toPage: (point: Point) => Point): string {
  const first = points.findIndex(({ onCurve }) => onCurve);
  const ordered = [...points.slice(first), ...points.slice(0, first + 1)];
  let path = '';
  for (const [index, point] of ordered.entries()) {
    const { x, y } = toPage(point);
    const command = index === 0 ? 'M' : point.onCurve ? 'L' : 'Q';
    const endsCurve = index > 0 && ordered[index - 1]?.onCurve === false;
    path += `${endsCurve ? ' ' : command}${hundredths(x)} ${hundredths(y)}`;
  }
  return `${path}Z`;
}

const hundredths = (length: number): number => Math.round(length * 100) / 100;

/** The contour with an on-curve point in the middle of each two neighbouring off-curve ones. */
function withImpliedPoints(contour: Contour): Contour {
  return contour.flatMap((point, index) => {
    const next = contour[(index + 1) % contour.length] as OutlinePoint;
    if (point.onCurve || next.onCurve) return [point];
    return [point, { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2, onCurve: true }];
  });
}
