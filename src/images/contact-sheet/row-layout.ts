import type { Box } from './drawing.ts';

/**
 * Where the tiles of an image row's sheet lie, in CSS pixels: the query image on the left over the
 * whole height, its conditions in a grid beside it; without conditions, the label beside it.
 *
 * promptfoo's viewer makes a picture in an output cell as wide as the cell, up to 500 px, and at most
 * 300 px high, unless set otherwise. It stretches what would be higher, so no sheet is.
 */
export interface RowLayout {
  width: number;
  height: number;
  query: Tile;
  conditions: Tile[];
}

/** A picture's box and the box of the text below or beside it. */
export interface Tile {
  picture: Box;
  label: Box;
}

export const FONT_SIZE = 13;
export const LINE_HEIGHT = 17;
export const SCORE_SIZE = 30;

const MARGIN = 6;
const GAP = 8;
/** Between the query image and its conditions. */
const QUERY_GAP = 8;
/** Room for `P(good) 0.71` and `P(same) 0.93` side by side, and for `jpeg_compression 3` and `w 0.25`. */
const CONDITION_WIDTH = 175;
/** Room for `query` and `4000 × 3000` side by side. */
const QUERY_WIDTH = 128;
const CONDITION_LABEL_HEIGHT = 2 * LINE_HEIGHT + 2;
/** Lines of text about the method. */
export const METHOD_LINES = 2;
/** `query` and its size, the score, the method, and notes of a line each. */
const queryLabelHeight = (notes: number): number =>
  (1 + METHOD_LINES + notes) * LINE_HEIGHT + SCORE_SIZE + 6;
/** Three lines of a reason fit on the picture of a skipped condition. */
const MIN_PICTURE_HEIGHT = 3 * LINE_HEIGHT + 5;
const VIEWER_WIDTH = 500;
const VIEWER_HEIGHT = 300;
const HEIGHT_TO_WIDTH = VIEWER_HEIGHT / VIEWER_WIDTH;

/**
 * @param aspectRatio width / height of the query image
 * @param notes lines below the method
 */
export function layoutRow(conditionCount: number, aspectRatio: number, notes = 0): RowLayout {
  const labelHeight = queryLabelHeight(notes);
  if (conditionCount === 0) return layoutAlone(aspectRatio, labelHeight);
  const columns = Math.ceil(Math.sqrt(conditionCount));
  const rows = Math.ceil(conditionCount / columns);
  const left = MARGIN + QUERY_WIDTH + QUERY_GAP;
  const width = left + columns * (CONDITION_WIDTH + GAP) - GAP + MARGIN;
  const rowGaps = (rows - 1) * GAP;
  const roomForPicture =
    (width * HEIGHT_TO_WIDTH - 2 * MARGIN - rowGaps) / rows - CONDITION_LABEL_HEIGHT;
  const pictureHeight = pictureHeightWithin(CONDITION_WIDTH, aspectRatio, roomForPicture);
  const tileHeight = pictureHeight + CONDITION_LABEL_HEIGHT;
  const innerHeight = Math.max(rows * tileHeight + rowGaps, MIN_PICTURE_HEIGHT + labelHeight);
  const queryPictureHeight = pictureHeightWithin(
    QUERY_WIDTH,
    aspectRatio,
    innerHeight - labelHeight,
  );
  return {
    width,
    height: innerHeight + 2 * MARGIN,
    query: tile(MARGIN, MARGIN, QUERY_WIDTH, queryPictureHeight, labelHeight),
    conditions: Array.from({ length: conditionCount }, (_, index) =>
      tile(
        left + (index % columns) * (CONDITION_WIDTH + GAP),
        MARGIN + Math.floor(index / columns) * (tileHeight + GAP),
        CONDITION_WIDTH,
        pictureHeight,
        CONDITION_LABEL_HEIGHT,
      ),
    ),
  };
}

/** The query image on its own, as large as the viewer shows it, and its label beside it. */
function layoutAlone(aspectRatio: number, labelHeight: number): RowLayout {
  const room = {
    width: VIEWER_WIDTH - 2 * MARGIN - QUERY_GAP - QUERY_WIDTH,
    height: VIEWER_HEIGHT - 2 * MARGIN,
  };
  const width = Math.floor(
    Math.max(MIN_PICTURE_HEIGHT, Math.min(room.width, room.height * aspectRatio)),
  );
  const height = Math.max(labelHeight, pictureHeightWithin(width, aspectRatio, room.height));
  const picture = { x: MARGIN, y: MARGIN, width, height };
  const left = MARGIN + width + QUERY_GAP;
  const label = { x: left, y: MARGIN, width: QUERY_WIDTH, height: labelHeight };
  return {
    width: VIEWER_WIDTH,
    height: height + 2 * MARGIN,
    query: { picture, label },
    conditions: [],
  };
}

const pictureHeightWithin = (width: number, aspectRatio: number, maxHeight: number): number =>
  Math.floor(Math.max(MIN_PICTURE_HEIGHT, Math.min(width / aspectRatio, maxHeight)));

const tile = (
  x: number,
  y: number,
  width: number,
  pictureHeight: number,
  labelHeight: number,
): Tile => ({
  picture: { x, y, width, height: pictureHeight },
  label: { x, y: y + pictureHeight, width, height: labelHeight },
});
