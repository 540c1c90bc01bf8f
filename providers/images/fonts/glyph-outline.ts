/** A point of a quadratic outline; two off-curve points in a row have an on-curve one in their middle. */
export interface OutlinePoint {
  x: number;
  y: number;
  onCurve: boolean;
}

/** A closed outline. */
export type Contour = OutlinePoint[];

const ON_CURVE = 0x01;
const REPEAT = 0x08;

/** How a coordinate is stored, by the flags of its axis. */
const X_FLAGS = { short: 0x02, sameOrPositive: 0x10 };
const Y_FLAGS = { short: 0x04, sameOrPositive: 0x20 };

/**
 * Reads the outline at `offset` of a TrueType `glyf` table (OpenType specification, "glyf").
 *
 * @param contoursOf the outline of another glyph, for glyphs made of others (`é` of `e` and `´`)
 */
export function readContours(
  view: DataView,
  offset: number,
  contoursOf: (glyph: number) => Contour[],
): Contour[] {
  const contourCount = view.getInt16(offset);
  return contourCount < 0
    ? readComposite(view, offset + 10, contoursOf)
    : readSimple(view, offset + 10, contourCount);
}

function readSimple(view: DataView, start: number, contourCount: number): Contour[] {
  const ends = Array.from({ length: contourCount }, (_, i) => view.getUint16(start + i * 2));
  const pointCount = (ends.at(-1) ?? -1) + 1;
  let offset = start + contourCount * 2;
  offset += 2 + view.getUint16(offset);

  const flags: number[] = [];
  while (flags.length < pointCount) {
    const flag = view.getUint8(offset++);
    const repeats = flag & REPEAT ? view.getUint8(offset++) : 0;
    for (let i = 0; i <= repeats; i++) flags.push(flag);
  }
  const readAxis = ({ short, sameOrPositive }: typeof X_FLAGS): number[] => {
    let value = 0;
    return flags.map((flag) => {
      if (flag & short) {
        const size = view.getUint8(offset++);
        value += flag & sameOrPositive ? size : -size;
      } else if (!(flag & sameOrPositive)) {
        value += view.getInt16(offset);
        offset += 2;
      }
      return value;
    });
  };
  const xs = readAxis(X_FLAGS);
  const ys = readAxis(Y_FLAGS);
  const points = flags.map((flag, i) => ({
    x: xs[i] as number,
    y: ys[i] as number,
    onCurve: (flag & ON_CURVE) !== 0,
  }));
  return ends.map((end, i) => points.slice(i === 0 ? 0 : (ends[i - 1] as number) + 1, end + 1));
}

const ARGUMENTS_ARE_WORDS = 0x0001;
const ARGUMENTS_ARE_OFFSETS = 0x0002;
const MORE_COMPONENTS = 0x0020;
const HAS_SCALE = 0x0008 | 0x0040 | 0x0080;

function readComposite(
  view: DataView,
  start: number,
  contoursOf: (glyph: number) => Contour[],
): Contour[] {
  const contours: Contour[] = [];
  let offset = start;
  let flags: number;
  do {
    flags = view.getUint16(offset);
    const glyph = view.getUint16(offset + 2);
    if (flags & HAS_SCALE || !(flags & ARGUMENTS_ARE_OFFSETS)) {
      throw new RangeError(`glyph ${glyph} is scaled inside another one, which is not supported`);
    }
    const words = (flags & ARGUMENTS_ARE_WORDS) !== 0;
    const dx = words ? view.getInt16(offset + 4) : view.getInt8(offset + 4);
    const dy = words ? view.getInt16(offset + 6) : view.getInt8(offset + 5);
    offset += words ? 8 : 6;
    for (const contour of contoursOf(glyph)) {
      contours.push(contour.map((point) => ({ ...point, x: point.x + dx, y: point.y + dy })));
    }
  } while (flags & MORE_COMPONENTS);
  return contours;
}
