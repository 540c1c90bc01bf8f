import sharp from 'sharp';
import { textPath, textWidth } from '../fonts/label-font.ts';
import type { RawImage } from '../raw-image.ts';
import { rawInput } from '../resize.ts';
import { blendOver, createCanvas, paste } from './canvas.ts';

/** Lengths and places are in CSS pixels, from the top left corner. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A picture, shown as large as it fits in the middle of its box; the rest of the box is a dark mat. */
export interface Picture {
  /** Null for an empty box. */
  image: RawImage | null;
  box: Box;
  /** Shown dark and without colour, as a ground for text. */
  faded?: boolean;
}

/** One line of text. */
export interface TextLine {
  text: string;
  /** Start, middle or end of the line, by `align`. */
  x: number;
  baseline: number;
  size: number;
  colour: string;
  align?: 'start' | 'middle' | 'end';
}

/** What is on a sheet; text lies above pictures. */
export interface Drawing {
  width: number;
  height: number;
  pictures: Picture[];
  texts: TextLine[];
}

/** Dark and neutral: legible on white and on dark pages, and pictures are judged best against it. */
export const COLOURS = {
  ground: '#20242b',
  mat: '#15181d',
  border: '#59616e',
  strong: '#ffffff',
  text: '#e3e7ee',
  quiet: '#a3adbb',
  accent: '#ffd166',
} as const;

/** Where a line of text begins. */
export function lineStart({ text, x, size, align = 'start' }: TextLine): number {
  const width = textWidth(text, size);
  return { start: x, middle: x - width / 2, end: x - width }[align];
}

/**
 * Draws the sheet.
 *
 * @param pixelRatio device pixels a CSS pixel
 */
export async function paint(drawing: Drawing, pixelRatio: number): Promise<RawImage> {
  const width = Math.round(drawing.width * pixelRatio);
  const height = Math.round(drawing.height * pixelRatio);
  const marks = [
    `<rect x="0.5" y="0.5" width="${drawing.width - 1}" height="${drawing.height - 1}" fill="none" stroke="${COLOURS.border}"/>`,
    ...drawing.texts.map(textMark),
  ];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${drawing.width} ${drawing.height}">${marks.join('')}</svg>`;
  const [overlay, ...pictures] = await Promise.all([
    sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer(),
    ...drawing.pictures.map((picture) => renderPicture(picture, pixelRatio)),
  ]);
  const canvas = createCanvas(width, height, rgb(COLOURS.ground));
  for (const { picture, left, top } of pictures) paste(canvas, picture, left, top);
  blendOver(canvas, overlay);
  return canvas;
}

async function renderPicture({ image, box, faded }: Picture, pixelRatio: number) {
  const left = Math.round(box.x * pixelRatio);
  const top = Math.round(box.y * pixelRatio);
  const width = Math.round(box.width * pixelRatio);
  const height = Math.round(box.height * pixelRatio);
  if (image === null) {
    return { picture: createCanvas(width, height, rgb(COLOURS.mat)), left, top };
  }
  const resized = rawInput(image).resize({
    width,
    height,
    fit: 'contain',
    background: COLOURS.mat,
  });
  const shown = faded
    ? resized.modulate({ saturation: 0 }).linear(FADED_CONTRAST, FADED_BLACK)
    : resized;
  const data = await shown.raw().toBuffer();
  return { picture: { data, width, height }, left, top };
}

const rgb = (colour: string): [number, number, number] => [
  Number.parseInt(colour.slice(1, 3), 16),
  Number.parseInt(colour.slice(3, 5), 16),
  Number.parseInt(colour.slice(5, 7), 16),
];

/** White becomes level 74, so that light text on it has a contrast above 7. */
const FADED_CONTRAST = 0.17;
const FADED_BLACK = 31;

const textMark = (line: TextLine): string =>
  `<path fill="${line.colour}" d="${textPath(line.text, lineStart(line), line.baseline, line.size)}"/>`;
