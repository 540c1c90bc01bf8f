import type { EncodedImage } from '../encode.ts';
import type { RawImage } from '../raw-image.ts';
import { type DegradationSheet, drawDegradations } from './degradation-drawing.ts';
import { paint } from './drawing.ts';
import { encodeBelow } from './encode-below.ts';
import { type ContactSheet, drawRow } from './row-drawing.ts';

export type { DegradationSheet } from './degradation-drawing.ts';
export { DEGRADATION_TILE } from './degradation-drawing.ts';
export type { ContactSheet } from './row-drawing.ts';
export { renderThumbnail } from './thumbnail.ts';

/** promptfoo keeps every sheet of an evaluation. */
export const MAX_SHEET_BYTES = 60_000;

/** Sharp on displays of two device pixels a CSS pixel, and when a cell's picture is zoomed in on. */
export const PIXEL_RATIO = 2;

/** 1.6 times 500 x 300, as large as the viewer shows a picture: time and bytes go by the pixels. */
const MAX_SHEET_PIXELS = 400_000;

/**
 * Draws an image row for promptfoo's viewer: the query image with its score beside its conditional
 * images, each with its P(good), P(same) and weight, or the reason why it was skipped; and beside the anchors
 * that it was compared with, each with its probabilities in both orders.
 *
 * @returns a WebP of at most 60,000 bytes; the same input always gives the same bytes
 */
export async function renderContactSheet(
  sheet: ContactSheet,
): Promise<EncodedImage & { width: number; height: number }> {
  const drawing = drawRow(sheet);
  const pixelRatio = Math.min(
    PIXEL_RATIO,
    Math.sqrt(MAX_SHEET_PIXELS / (drawing.width * drawing.height)),
  );
  return encodeBelow(await paint(drawing, pixelRatio), MAX_SHEET_BYTES);
}

/** Draws a picture and its degraded copies at all severities, each with its PSNR. */
export function renderDegradationSheet(sheet: DegradationSheet): Promise<RawImage> {
  return paint(drawDegradations(sheet), PIXEL_RATIO);
}
