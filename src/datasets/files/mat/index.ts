import { ConfigError } from '../../../common/config-error.ts';
import { readBytes } from '../read-file.ts';
import { type MatArray, readArray } from './arrays.ts';
import { readElements, TYPE } from './elements.ts';

const HEADER_BYTES = 128;
const LEVEL_5 = 0x0100;

/**
 * Reads a variable of a MATLAB level 5 file (`save -v6` and `-v7`).
 *
 * @param name how errors call the file
 * @throws ConfigError no such file, no MAT file of level 5, damaged, or no such variable
 */
export function readMat(path: string, name: string, variable: string): MatArray {
  const file = readBytes(path, name);
  const bytes = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const littleEndian = file.toString('latin1', 126, 128) === 'IM';
  if (
    file.length < HEADER_BYTES ||
    !/^(IM|MI)$/.test(file.toString('latin1', 126, 128)) ||
    bytes.getUint16(124, littleEndian) !== LEVEL_5
  ) {
    const found = file.toString('latin1', 0, 10).startsWith('MATLAB 7.3')
      ? 'a MATLAB 7.3 file'
      : 'no MATLAB file of level 5';
    throw new ConfigError(`${name}: this is ${found}; save it in MATLAB with save(…, '-v7')`);
  }
  try {
    const body = new DataView(
      file.buffer,
      file.byteOffset + HEADER_BYTES,
      file.byteLength - HEADER_BYTES,
    );
    const arrays = readElements(body, littleEndian)
      .filter(({ type }) => type === TYPE.matrix)
      .map((element) => readArray(element, littleEndian));
    const found = arrays.find((array) => array.name === variable);
    if (found) return found;
    const names = arrays.map((array) => array.name).join(', ');
    throw new ConfigError(`${name}: there is no variable "${variable}" (variables: ${names})`);
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    throw new ConfigError(
      `${name}: this cannot be read as a MATLAB file (${(cause as Error).message})`,
    );
  }
}
