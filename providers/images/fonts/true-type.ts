import { type Contour, readContours } from './glyph-outline.ts';

/** What drawing text needs of a TrueType font; lengths are in font units, y upwards from the baseline. */
export interface TrueTypeFont {
  unitsPerEm: number;
  capHeight: number;
  /** Index of the character's glyph; undefined when the font has none. */
  glyphIndex(codePoint: number): number | undefined;
  advance(glyph: number): number;
  contours(glyph: number): Contour[];
}

/**
 * Reads a TrueType font with a 32-bit character map (`cmap` format 12) and `glyf` outlines, as
 * defined in the OpenType specification. Kerning and hinting are left out.
 *
 * @throws RangeError when a table that is needed is missing
 */
export function readTrueTypeFont(bytes: Uint8Array): TrueTypeFont {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tables = tableOffsets(view);
  const table = (tag: string): number => {
    const offset = tables.get(tag);
    if (offset === undefined) throw new RangeError(`the font has no "${tag}" table`);
    return offset;
  };
  const [head, hhea, hmtx, loca, glyf] = ['head', 'hhea', 'hmtx', 'loca', 'glyf'].map(table) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const groups = characterGroups(view, table('cmap'));
  const advanceCount = view.getUint16(hhea + 34);
  const hasLongOffsets = view.getInt16(head + 50) === 1;
  const outlineOffset = (glyph: number): number =>
    glyf +
    (hasLongOffsets ? view.getUint32(loca + glyph * 4) : view.getUint16(loca + glyph * 2) * 2);

  const contours = (glyph: number): Contour[] =>
    outlineOffset(glyph + 1) === outlineOffset(glyph)
      ? []
      : readContours(view, outlineOffset(glyph), contours);
  return {
    unitsPerEm: view.getUint16(head + 18),
    capHeight: view.getInt16(table('OS/2') + 88),
    glyphIndex(codePoint) {
      const group = groups.find(({ first, last }) => first <= codePoint && codePoint <= last);
      return group && group.glyph + codePoint - group.first;
    },
    advance: (glyph) => view.getUint16(hmtx + Math.min(glyph, advanceCount - 1) * 4),
    contours,
  };
}

function tableOffsets(view: DataView): Map<string, number> {
  const tables = new Map<string, number>();
  for (let i = 0; i < view.getUint16(4); i++) {
    const record = 12 + i * 16;
    const tag = String.fromCharCode(
      ...[0, 1, 2, 3].map((letter) => view.getUint8(record + letter)),
    );
    tables.set(tag, view.getUint32(record + 8));
  }
  return tables;
}

/** A run of characters whose glyphs follow each other. */
interface CharacterGroup {
  first: number;
  last: number;
  glyph: number;
}

function characterGroups(view: DataView, cmap: number): CharacterGroup[] {
  for (let i = 0; i < view.getUint16(cmap + 2); i++) {
    const subtable = cmap + view.getUint32(cmap + 4 + i * 8 + 4);
    if (view.getUint16(subtable) !== 12) continue;
    return Array.from({ length: view.getUint32(subtable + 12) }, (_, group) => {
      const record = subtable + 16 + group * 12;
      return {
        first: view.getUint32(record),
        last: view.getUint32(record + 4),
        glyph: view.getUint32(record + 8),
      };
    });
  }
  throw new RangeError('the font has no "cmap" table of format 12');
}
