import { type Element, numbersOf, readElements, TYPE } from './elements.ts';

/** A MATLAB array of the kinds that data sets use, its items in MATLAB's order: columns first. */
export type MatArray = { name: string; rows: number } & (
  | { kind: 'numbers'; items: number[] }
  /** One text a row. */
  | { kind: 'text'; items: string[] }
  | { kind: 'cells'; items: MatArray[] }
);

const CLASS_CELL = 1;
const CLASS_CHAR = 4;
const CLASS_FIRST_NUMERIC = 6;
const CLASS_LAST_NUMERIC = 15;
const FLAG_COMPLEX = 0x08;

/** @throws RangeError another kind of array, or a damaged one */
export function readArray(matrix: Element, littleEndian: boolean): MatArray {
  if (matrix.bytes.byteLength === 0) return { name: '', rows: 0, kind: 'numbers', items: [] };
  const [flags, dimensions, name, ...data] = readElements(matrix.bytes, littleEndian);
  if (!flags || !dimensions || !name) throw new RangeError('an array lacks its head');
  const [word = 0] = numbersOf(flags, littleEndian);
  const size = numbersOf(dimensions, littleEndian);
  const head = {
    name: String.fromCharCode(...numbersOf(name, littleEndian)),
    rows: size[0] ?? 0,
  };
  const count = size.reduce((product, length) => product * length, 1);
  const arrayClass = word & 0xff;
  if (arrayClass === CLASS_CELL) {
    const cells = data.filter(({ type }) => type === TYPE.matrix);
    return {
      ...head,
      kind: 'cells',
      items: counted(cells, count).map((cell) => readArray(cell, littleEndian)),
    };
  }
  const values = data[0] ? numbersOf(data[0], littleEndian) : [];
  if (arrayClass === CLASS_CHAR) {
    const characters = counted(characterCodes(data[0], values), count);
    return { ...head, kind: 'text', items: textRows(characters, head.rows) };
  }
  const isNumeric = arrayClass >= CLASS_FIRST_NUMERIC && arrayClass <= CLASS_LAST_NUMERIC;
  if (!isNumeric || ((word >> 8) & FLAG_COMPLEX) !== 0) {
    throw new RangeError(
      `"${head.name}" is an array of class ${arrayClass}${isNumeric ? ' with complex numbers' : ''}; real numbers, texts and cells are read`,
    );
  }
  return { ...head, kind: 'numbers', items: counted(values, count) };
}

function counted<Item>(items: readonly Item[], count: number): Item[] {
  if (items.length < count) throw new RangeError('an array has fewer items than it says');
  return items.slice(0, count);
}

const TYPE_UTF8 = 16;

/** UTF-16 code units of a text, in which MATLAB counts, whatever it is stored in. */
function characterCodes(element: Element | undefined, values: readonly number[]): number[] {
  if (element?.type !== TYPE_UTF8) return [...values];
  const text = Buffer.from(values).toString('utf8');
  return Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
}

function textRows(codes: readonly number[], rows: number): string[] {
  return Array.from({ length: rows }, (_, row) =>
    codes
      .filter((_, index) => index % rows === row)
      .map((code) => String.fromCharCode(code))
      .join(''),
  );
}
