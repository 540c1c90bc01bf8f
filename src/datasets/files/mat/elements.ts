import { inflateSync } from 'node:zlib';

/**
 * Data elements of a MATLAB level 5 file ("MAT-File Format", MathWorks, chapter 1): a type, a length
 * and so many bytes. Whole variables may be compressed; short elements are packed into their tag.
 */
export interface Element {
  type: number;
  /** Its data alone. */
  bytes: DataView;
}

export const TYPE = { int8: 1, uint8: 2, matrix: 14, compressed: 15 } as const;

/** What bytes mean, and how many one value takes, by the type's number. */
const NUMBERS: Record<number, [width: number, read: 'Float' | 'Int' | 'Uint']> = {
  1: [1, 'Int'],
  2: [1, 'Uint'],
  3: [2, 'Int'],
  4: [2, 'Uint'],
  5: [4, 'Int'],
  6: [4, 'Uint'],
  7: [4, 'Float'],
  9: [8, 'Float'],
  12: [8, 'Int'],
  13: [8, 'Uint'],
  // Characters as UTF-8, UTF-16 and UTF-32 code units.
  16: [1, 'Uint'],
  17: [2, 'Uint'],
  18: [4, 'Uint'],
};

/** @throws RangeError an element is longer than what holds it */
export function readElements(bytes: DataView, littleEndian: boolean): Element[] {
  const elements: Element[] = [];
  for (let offset = 0; offset + 8 <= bytes.byteLength; ) {
    const { element, next } = readElement(bytes, offset, littleEndian);
    elements.push(
      ...(element.type === TYPE.compressed
        ? readElements(inflate(element.bytes), littleEndian)
        : [element]),
    );
    offset = next;
  }
  return elements;
}

function readElement(
  bytes: DataView,
  offset: number,
  littleEndian: boolean,
): { element: Element; next: number } {
  const first = bytes.getUint32(offset, littleEndian);
  const shortLength = first >>> 16;
  if (shortLength > 0) {
    return {
      element: { type: first & 0xffff, bytes: part(bytes, offset + 4, shortLength) },
      next: offset + 8,
    };
  }
  const length = bytes.getUint32(offset + 4, littleEndian);
  // Elements begin at multiples of eight bytes, but nothing pads a compressed one.
  const padded = first === TYPE.compressed ? length : Math.ceil(length / 8) * 8;
  return {
    element: { type: first, bytes: part(bytes, offset + 8, length) },
    next: offset + 8 + padded,
  };
}

const part = (bytes: DataView, offset: number, length: number) =>
  new DataView(bytes.buffer, bytes.byteOffset + offset, within(bytes, offset, length));

function within(bytes: DataView, offset: number, length: number): number {
  if (offset + length <= bytes.byteLength) return length;
  throw new RangeError('the file is truncated or damaged');
}

function inflate(bytes: DataView): DataView {
  const data = inflateSync(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  return new DataView(data.buffer, data.byteOffset, data.byteLength);
}

/**
 * The numbers of an element, exact up to 2^53.
 *
 * @throws RangeError the element holds no numbers
 */
export function numbersOf({ type, bytes }: Element, littleEndian: boolean): number[] {
  const format = NUMBERS[type];
  if (!format) throw new RangeError(`elements of type ${type} hold no numbers`);
  const [width, read] = format;
  return Array.from({ length: Math.floor(bytes.byteLength / width) }, (_, index) => {
    const offset = index * width;
    if (width === 1) return bytes[`get${read as 'Int' | 'Uint'}8`](offset);
    if (width === 2) return bytes[`get${read as 'Int' | 'Uint'}16`](offset, littleEndian);
    if (width === 4) return bytes[`get${read}32`](offset, littleEndian);
    if (read === 'Float') return bytes.getFloat64(offset, littleEndian);
    return Number(bytes[`getBig${read}64`](offset, littleEndian));
  });
}
