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

export interface ContactSheet {
  query: SheetQuery;
  /** Empty when the image was rated alone. */
  conditions: readonly SheetCondition[];
  /** 0..1 */
  score: number;
  /** Shown below the score: `debiased, softmax weights`. */
  method: string;
  /** What `quality` is; default `P(good)`. Prompts with other choices or a rating name it otherwise. */
  qualityLabel?: string;
}

/** With more tiles their text could not be read, not even on a sheet that is zoomed in on. */
export const MAX_TILES = 30;

/** The sheet of an image row, not yet painted. */
export function drawRow(sheet: ContactSheet): Drawing {
  const { query, conditions } = sheet;
  const tileCount = Math.min(conditions.length, MAX_TILES);
  const shown = tileCount < conditions.length ? conditions.slice(0, tileCount - 1) : conditions;
  const layout = layoutRow(tileCount, query.image.width / query.image.height);
  const tiles = shown.map((condition, index) => ({
    condition,
    tile: layout.conditions[index] as Tile,
  }));
  const rest = layout.conditions.slice(shown.length);
  return {
    width: layout.width,
    height: layout.height,
    pictures: [
      { image: query.image, box: layout.query.picture },
      ...tiles.map(({ condition: { image, skipped }, tile }) => ({
        image,
        box: tile.picture,
        faded: skipped !== undefined,
      })),
      ...rest.map(({ picture }) => ({ image: null, box: picture })),
    ],
    texts: [
      ...queryTexts(sheet, layout.query.label),
      ...tiles.flatMap(({ condition, tile }) =>
        conditionTexts(condition, tile, sheet.qualityLabel ?? 'P(good)'),
      ),
      ...rest.flatMap(({ picture }) =>
        textsInside(`and ${conditions.length - shown.length} more, listed in the answer`, picture),
      ),
    ],
  };
}

function queryTexts({ query, score, method }: ContactSheet, label: Box): TextLine[] {
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
    ...wrapText(method, label.width, FONT_SIZE, METHOD_LINES).map((text, line) => ({
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
