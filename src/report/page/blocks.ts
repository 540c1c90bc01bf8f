/**
 * What a section of the report is made of. Written once, shown as HTML and as Markdown.
 */
export type Block =
  | { kind: 'heading'; text: string }
  | { kind: 'text'; text: string }
  | { kind: 'list'; items: readonly string[] }
  | TableBlock
  | FigureBlock
  | PictureBlock
  | { kind: 'code'; summary: string; text: string };

export interface TableBlock {
  kind: 'table';
  caption: string;
  head: readonly string[];
  /** The first cell of a row names it. */
  rows: readonly (readonly Cell[])[];
  /** One letter a column: `l` for text, `r` for numbers. */
  align: string;
}

/** A word carries the meaning; `tone` only repeats it in colour. */
export type Cell = string | { text: string; tone: 'good' | 'bad' };

/** A plot; only in HTML. */
export interface FigureBlock {
  kind: 'figure';
  svg: string;
  /** What the plot shows, for those who do not see it. */
  label: string;
  caption: string;
}

/** A picture as a data URI, or why there is none; only its caption in Markdown. */
export interface PictureBlock {
  kind: 'picture';
  data: string | { problem: string };
  caption: string;
  /** A thumbnail, of which several stand beside each other. */
  isSmall?: true;
}
