import { capHeight, textWidth } from '../fonts/label-font.ts';
import type { RawImage } from '../raw-image.ts';
import { isCropped } from '../visible-part.ts';
import { type Box, COLOURS, type Drawing, type TextLine } from './drawing.ts';
import { ellipsize, wrapText } from './fit-text.ts';
import {
  FONT_SIZE,
  LINE_HEIGHT,
  layoutRow,
  METHOD_LINES,
  SCORE_SIZE,
  type Tile,
} from './row-layout.ts';

/** The query image of a row. */
export interface SheetQuery {
  /** In any size; of a very long original its middle (`visiblePart`). */
  image: RawImage;
  /** Size of the original, in pixels; left out, that of `image`. */
  width?: number;
  height?: number;
}

/** One condition of a row: a `ConditionResult` with its picture. */
export interface SheetCondition {
  /** Null when there is none to show. */
  image: RawImage | null;
  degradation: string;
  severity: number;
  quality: number | null;
  similarity: number | null;
  weight: number;
  /** Why the condition was left out. */
  skipped?: string | undefined;
}

/** An anchor that the query image was compared with, in both orders. */
export interface SheetAnchor {
  image: RawImage;
  name: string;
  /** P(the query image is better) where it was shown first, and where second. */
  shownFirst: number;
  shownSecond: number;
}

export interface ContactSheet {
  query: SheetQuery;
  /** Empty when the image was rated alone. */
  conditions: readonly SheetCondition[];
  /** Behind the conditions; left out where the image was compared with none. */
  anchors?: readonly SheetAnchor[];
  /** 0..1 */
  score: number;
  /** Shown below the score: `debiased, softmax weights`. */
  method: string;
  /** Below the method, a line each: `position bias +0.04`. */
  notes?: readonly string[];
  /** What `quality` is; default `P(good)`. Prompts with other choices or a rating name it otherwise. */
  qualityLabel?: string;
}

/** With more tiles their text could not be read, not even on a sheet that is zoomed in on. */
export const MAX_TILES = 30;

/** The sheet of an image row, not yet painted. */
export function drawRow(sheet: ContactSheet): Drawing {
  const { query, conditions, anchors = [], notes = [] } = sheet;
  const all = [
    ...conditions.map((condition) => ({
      image: condition.image,
      faded: condition.skipped !== undefined,
      texts: (tile: Tile) => conditionTexts(condition, tile, sheet.qualityLabel ?? 'P(good)'),
    })),
    ...anchors.map((anchor) => ({
      image: anchor.image,
      faded: false,
      texts: ({ label }: Tile) => anchorTexts(anchor, label),
    })),
  ];
  const tileCount = Math.min(all.length, MAX_TILES);
  const shown = tileCount < all.length ? all.slice(0, tileCount - 1) : all;
  const layout = layoutRow(tileCount, query.image.width / query.image.height, notes.length);
  const tiles = shown.map((content, index) => ({ ...content, tile: layout.conditions[index]! }));
  const rest = layout.conditions.slice(shown.length);
  return {
    width: layout.width,
    height: layout.height,
    pictures: [
      { image: query.image, box: layout.query.picture },
      ...tiles.map(({ image, faded, tile }) => ({ image, faded, box: tile.picture })),
      ...rest.map(({ picture }) => ({ image: null, box: picture })),
    ],
    texts: [
      ...queryTexts(sheet, layout.query.label),
      ...tiles.flatMap(({ texts, tile }) => texts(tile)),
      ...rest.flatMap(({ picture }) =>
        textsInside(`and ${all.length - shown.length} more, listed in the answer`, picture),
      ),
    ],
  };
}

function queryTexts({ query, score, method, notes = [] }: ContactSheet, label: Box): TextLine[] {
  const { width = query.image.width, height = query.image.height } = query;
  const scoreBaseline = lineBaseline(label, 0) + 12 + capHeight(SCORE_SIZE);
  return [
    ...pair(
      label,
      0,
      { name: isCropped({ width, height }) ? 'part of' : 'query', colour: COLOURS.strong },
      { value: `${width} × ${height}`, colour: COLOURS.quiet },
    ),
    {
      text: score.toFixed(3),
      x: label.x,
      baseline: scoreBaseline,
      size: SCORE_SIZE,
      colour: COLOURS.accent,
    },
    {
      text: 'score',
      x: label.x + label.width,
      baseline: scoreBaseline,
      size: FONT_SIZE,
      colour: COLOURS.quiet,
      align: 'end',
    },
    ...[
      ...wrapText(method, label.width, FONT_SIZE, METHOD_LINES),
      ...notes.map((note) => ellipsize(note, label.width, FONT_SIZE)),
    ].map((text, line) => ({
      text,
      x: label.x,
      baseline: scoreBaseline + (line + 1) * LINE_HEIGHT + 2,
      size: FONT_SIZE,
      colour: COLOURS.quiet,
    })),
  ];
}

function conditionTexts(condition: SheetCondition, tile: Tile, qualityLabel: string): TextLine[] {
  const { degradation, severity, quality, similarity, weight, skipped } = condition;
  const { label } = tile;
  const name = { name: degradation, value: `${severity}` };
  if (skipped !== undefined) {
    return [
      ...pair(
        label,
        0,
        { ...name, colour: COLOURS.quiet },
        { value: 'skipped', colour: COLOURS.quiet },
      ),
      ...textsInside(skipped, tile.picture),
    ];
  }
  return [
    ...pair(
      label,
      0,
      { ...name, colour: COLOURS.strong },
      { value: weightText(weight, `${degradation} ${severity}`, label), colour: COLOURS.quiet },
    ),
    ...pair(
      label,
      1,
      { name: qualityLabel, value: decimals(quality), colour: COLOURS.accent },
      similarity === null
        ? undefined
        : { value: `P(same) ${decimals(similarity)}`, colour: COLOURS.text },
    ),
  ];
}

/** Its name and the mean of both orders, then each order by itself: where the query image was shown first, and second. */
function anchorTexts({ name, shownFirst, shownSecond }: SheetAnchor, label: Box): TextLine[] {
  return [
    ...pair(
      label,
      0,
      { name, colour: COLOURS.strong },
      { value: `beats ${decimals((shownFirst + shownSecond) / 2)}`, colour: COLOURS.accent },
    ),
    ...pair(
      label,
      1,
      { name: '1st', value: decimals(shownFirst), colour: COLOURS.text },
      { value: `2nd ${decimals(shownSecond)}`, colour: COLOURS.text },
    ),
  ];
}

/** Says `w` where `weight` would leave no room for the name of the degradation. */
function weightText(weight: number, name: string, label: Box): string {
  const whole = `weight ${decimals(weight)}`;
  const room = label.width - textWidth(name, FONT_SIZE) - MIN_SPACE;
  return textWidth(whole, FONT_SIZE) <= room ? whole : `w ${decimals(weight)}`;
}

const decimals = (share: number | null): string => (share === null ? '–' : share.toFixed(2));

const PADDING_INSIDE = 6;

/** A text in the middle of a picture's box. */
function textsInside(content: string, box: Box): TextLine[] {
  const maxLines = Math.floor((box.height - 2) / LINE_HEIGHT);
  const lines = wrapText(content, box.width - 2 * PADDING_INSIDE, FONT_SIZE, maxLines);
  const top = box.y + (box.height - lines.length * LINE_HEIGHT) / 2;
  return lines.map((text, index) => ({
    text,
    x: box.x + box.width / 2,
    baseline: top + (index + 0.5) * LINE_HEIGHT + capHeight(FONT_SIZE) / 2,
    size: FONT_SIZE,
    colour: COLOURS.text,
    align: 'middle',
  }));
}

interface LeftText {
  /** Shortened where there is no room for it. */
  name: string;
  /** Never shortened: half a number is a wrong one. */
  value?: string;
  colour: string;
}

/** Two texts on one line of a label, left and right. */
function pair(
  label: Box,
  line: number,
  left: LeftText,
  right?: { value: string; colour: string },
): TextLine[] {
  const baseline = lineBaseline(label, line);
  const taken = right ? textWidth(right.value, FONT_SIZE) + MIN_SPACE : 0;
  const ending = left.value ? ` ${left.value}` : '';
  const room = label.width - taken - textWidth(ending, FONT_SIZE);
  return [
    {
      text: ellipsize(left.name, room, FONT_SIZE) + ending,
      x: label.x,
      baseline,
      size: FONT_SIZE,
      colour: left.colour,
    },
    ...(right
      ? [
          {
            text: right.value,
            x: label.x + label.width,
            baseline,
            size: FONT_SIZE,
            colour: right.colour,
            align: 'end' as const,
          },
        ]
      : []),
  ];
}

const MIN_SPACE = 5;

const lineBaseline = (label: Box, line: number): number =>
  label.y + 2 + (line + 0.5) * LINE_HEIGHT + capHeight(FONT_SIZE) / 2;
