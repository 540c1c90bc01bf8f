import type { Box } from './drawing.ts';

/**
 * Where the tiles of an image row's sheet lie, in CSS pixels: the query image on the left over the
 * whole height, its conditions in a grid beside it.
 *
 * promptfoo's viewer shows a picture in an output cell at most 500 px wide and 300 px high unless
 * set otherwise, so a sheet of up to four conditions has that size, and larger ones its proportions.
 */
export interface RowLayout {
  width: number;
  height: number;
  query: Tile;
  conditions: Tile[];
}

/** A picture's box and the box of the text below it. */
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
const QUERY_GAP = 12;
/** Room for `P(good) 0.71` and `P(same) 0.93` side by side. */
const CONDITION_WIDTH = 173;
/** Room for `query` and `4000 × 3000` side by side. */
const QUERY_WIDTH = 128;
/** A query image on its own has the sheet to itself. */
const ALONE_WIDTH = 220;
const CONDITION_LABEL_HEIGHT = 2 * LINE_HEIGHT + 2;
/** `query` and its size, the score, the method. */
const QUERY_LABEL_HEIGHT = 2 * LINE_HEIGHT + SCORE_SIZE + 6;
/** Three lines of a reason fit on the picture of a skipped condition. */
const MIN_PICTURE_HEIGHT = 3 * LINE_HEIGHT + 5;
const HEIGHT_TO_WIDTH = 300 / 500;

/** @param aspectRatio width / height of the query image */
export function layoutRow(conditionCount: number, aspectRatio: number): RowLayout {
  if (conditionCount === 0) return layoutAlone(aspectRatio);
  const columns = Math.ceil(Math.sqrt(conditionCount));
  const rows = Math.ceil(conditionCount / columns);
  const left = MARGIN + QUERY_WIDTH + QUERY_GAP;
  const width = left + columns * (CONDITION_WIDTH + GAP) - GAP + MARGIN;
  const rowGaps = (rows - 1) * GAP;
  const roomForPicture =
    (width * HEIGHT_TO_WIDTH - 2 * MARGIN - rowGaps) / rows - CONDITION_LABEL_HEIGHT;
  const pictureHeight = pictureHeightWithin(CONDITION_WIDTH, aspectRatio, roomForPicture);
  const tileHeight = pictureHeight + CONDITION_LABEL_HEIGHT;
  const innerHeight = Math.max(
    rows * tileHeight + rowGaps,
    MIN_PICTURE_HEIGHT + QUERY_LABEL_HEIGHT,
  );
  const queryPictureHeight = pictureHeightWithin(
    QUERY_WIDTH,
    aspectRatio,
    innerHeight - QUERY_LABEL_HEIGHT,
  );
  return {
    width,
    height: innerHeight + 2 * MARGIN,
    query: tile(MARGIN, MARGIN, QUERY_WIDTH, queryPictureHeight, QUERY_LABEL_HEIGHT),
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

function layoutAlone(aspectRatio: number): RowLayout {
  const pictureHeight = pictureHeightWithin(ALONE_WIDTH, aspectRatio, ALONE_WIDTH);
  return {
    width: ALONE_WIDTH + 2 * MARGIN,
    height: pictureHeight + QUERY_LABEL_HEIGHT + 2 * MARGIN,
    query: tile(MARGIN, MARGIN, ALONE_WIDTH, pictureHeight, QUERY_LABEL_HEIGHT),
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
