/** An array of a MATLAB file: a row of numbers, or of cells with a text each. */
export type MatVariable = readonly number[] | readonly string[];

const INT8 = 1;
const UINT16 = 4;
const INT32 = 5;
const UINT32 = 6;
const DOUBLE = 9;
const MATRIX = 14;
const CLASSES = { cell: 1, char: 4, double: 6 };

/** A level 5 MATLAB file, not compressed, as the format's specification has it. */
export function matFile(variables: Readonly<Record<string, MatVariable>>): Buffer {
  const header = Buffer.alloc(128, ' ');
  header.write('MATLAB 5.0 MAT-file');
  header.fill(0, 116, 124);
  header.writeUInt16LE(0x0100, 124);
  header.write('IM', 126);
  return Buffer.concat([
    header,
    ...Object.entries(variables).map(([name, items]) => row(name, items)),
  ]);
}

function row(name: string, items: MatVariable): Buffer {
  if (items.every((item) => typeof item === 'number')) {
    const data = Buffer.alloc(items.length * 8);
    items.forEach((item, index) => {
      data.writeDoubleLE(item, index * 8);
    });
    return matrix(name, CLASSES.double, items.length, [element(DOUBLE, data)]);
  }
  const cells = items.map((item) =>
    matrix('', CLASSES.char, String(item).length, [
      element(UINT16, Buffer.from(String(item), 'utf16le')),
    ]),
  );
  return matrix(name, CLASSES.cell, items.length, cells);
}

function matrix(
  name: string,
  arrayClass: number,
  columns: number,
  data: readonly Buffer[],
): Buffer {
  return element(
    MATRIX,
    Buffer.concat([
      element(UINT32, integers([arrayClass, 0])),
      element(INT32, integers([1, columns])),
      element(INT8, Buffer.from(name, 'latin1')),
      ...data,
    ]),
  );
}

function integers(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => {
    bytes.writeUInt32LE(value, index * 4);
  });
  return bytes;
}

function element(type: number, bytes: Buffer): Buffer {
  const padding = type === MATRIX ? 0 : (8 - (bytes.length % 8)) % 8;
  return Buffer.concat([integers([type, bytes.length]), bytes, Buffer.alloc(padding)]);
}
