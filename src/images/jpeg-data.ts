import { COPY_AGAIN } from './image-error.ts';
import {
  type HuffmanTable,
  type JpegFrame,
  type JpegScan,
  readJpegStructure,
} from './jpeg-structure.ts';

/**
 * Whether all of a JPEG's image data is there. libjpeg paints over what is missing and calls that a
 * warning, as it calls harmless oddities, and libvips does not look at the warnings about the last rows. So
 * the codes are followed here, without making pixels of them.
 */

/**
 * Scans that a JPEG file needs and does not have: a channel that is nowhere, or coefficients that a
 * progressive file does not refine to the last bit. Reads the markers alone.
 *
 * @returns what is missing
 */
export function missingScans(bytes: Uint8Array): string | undefined {
  const { frame, scans } = readJpegStructure(bytes);
  if (!frame || scans.length === 0) return undefined;
  for (const index of frame.components.keys()) {
    const own = scans.filter(({ components }) => components.some((c) => c.index === index));
    if (own.length === 0)
      return `the file is truncated: its channel ${index + 1} has no data; ${COPY_AGAIN}`;
    if (!frame.isProgressive) continue;
    const missingBits = new Int8Array(64).fill(1);
    for (const { first, last, low } of own) missingBits.fill(low, first, last + 1);
    const missing = missingBits.filter((bits) => bits > 0).length;
    if (missing > 0) return `the file is truncated: its last scans are missing; ${COPY_AGAIN}`;
  }
  return undefined;
}

const TRUNCATED = `the file is truncated: its image data ends too early; ${COPY_AGAIN}`;

/**
 * Follows the codes of all scans.
 *
 * @returns what is wrong: data that ends too early or not at all, a code that does not exist, restart marks out
 *   of order, or a coding that cannot be followed; undefined when every block is there
 */
export function dataFault(bytes: Uint8Array): string | undefined {
  const { frame, scans, hasEnd } = readJpegStructure(bytes);
  if (!frame || scans.length === 0) return TRUNCATED;
  if (!frame.isHuffman)
    return 'this JPEG is coded arithmetically or without loss, which is not read; convert it to PNG';
  if (frame.bits !== 8)
    return `this JPEG has samples of ${frame.bits} bits, which are not read; convert it to PNG`;
  const planes = frame.components.map((component) => planeOf(frame, component));
  let end = 0;
  try {
    for (const scan of scans) end = followScan(bytes, frame, planes, scan);
  } catch (error) {
    if (error instanceof DataEnd) return TRUNCATED;
    if (error instanceof OutOfOrder)
      return `the file is damaged: pieces of its image data are missing or out of order; ${COPY_AGAIN}`;
    if (error instanceof RangeError)
      return `the file is damaged: its image data has codes that do not exist; ${COPY_AGAIN}`;
    throw error;
  }
  // Zeros and the like in place of a file's end can be read as codes, and blocks be made of them.
  if (!hasEnd && bytes.length - end > MOST_FILLING)
    return `the file is damaged: it has no end mark, and ${bytes.length - end} bytes that belong to no block; ${COPY_AGAIN}`;
  return undefined;
}

/** Bytes after the last block of a file that lacks its end mark alone: at most the first half of the mark. */
const MOST_FILLING = 1;

/** The blocks of one channel. */
interface Plane {
  horizontal: number;
  vertical: number;
  /** Blocks that hold pixels, which scans of this channel alone consist of. */
  columns: number;
  rows: number;
  /** Blocks in a row, filled up to whole MCUs. */
  stride: number;
  /** By block and coefficient whether it is known not to be 0: progressive scans refine only those. */
  isSet: Uint8Array;
}

function planeOf(frame: JpegFrame, { horizontal, vertical }: JpegFrame['components'][number]) {
  const across = Math.max(...frame.components.map((c) => c.horizontal));
  const down = Math.max(...frame.components.map((c) => c.vertical));
  const stride = Math.ceil(frame.width / (8 * across)) * horizontal;
  const height = Math.ceil(frame.height / (8 * down)) * vertical;
  return {
    horizontal,
    vertical,
    columns: Math.ceil(Math.ceil((frame.width * horizontal) / across) / 8),
    rows: Math.ceil(Math.ceil((frame.height * vertical) / down) / 8),
    stride,
    isSet: new Uint8Array(frame.isProgressive ? 64 * stride * height : 0),
  };
}

/** @returns the place of the first byte that is left over */
function followScan(
  bytes: Uint8Array,
  frame: JpegFrame,
  planes: readonly Plane[],
  scan: JpegScan,
): number {
  const parts = scan.components.map(({ index, dc, ac }) => {
    const plane = planes[index];
    if (!plane) throw new RangeError('a scan of a channel that does not exist');
    return { plane, dc: dc && decoderOf(dc), ac: ac && decoderOf(ac) };
  });
  const [only] = parts;
  const isAlone = parts.length === 1;
  const first = planes[0]!;
  const columns = isAlone ? (only?.plane.columns ?? 0) : first.stride / first.horizontal;
  const rows = isAlone ? (only?.plane.rows ?? 0) : Math.ceil(first.rows / first.vertical);
  const count = columns * rows;
  const interval = scan.restartInterval || count;
  const followBlock = frame.isProgressive ? progressiveBlock(scan) : sequentialBlock;
  let end = 0;
  for (let start = 0, piece = 0; start < count; start += interval, piece++) {
    const place = scan.pieces[piece];
    if (!place) throw new DataEnd();
    if (place.mark !== undefined && place.mark !== (piece - 1) % 8) throw new OutOfOrder();
    const state: State = { bits: new Bits(bytes, place.start, place.end), blocksToSkip: 0 };
    for (let unit = start; unit < Math.min(count, start + interval); unit++) {
      const column = unit % columns;
      const row = Math.floor(unit / columns);
      for (const { plane, dc, ac } of parts) {
        const across = isAlone ? 1 : plane.horizontal;
        const down = isAlone ? 1 : plane.vertical;
        for (let v = 0; v < down; v++) {
          for (let h = 0; h < across; h++) {
            const block = (row * down + v) * plane.stride + column * across + h;
            followBlock(state, { dc, ac, isSet: plane.isSet, start: 64 * block });
          }
        }
      }
    }
    end = state.bits.end;
  }
  return end;
}

interface State {
  bits: Bits;
  /** Blocks that are still to come without a new coefficient in this scan. */
  blocksToSkip: number;
}

interface Block {
  dc: Decoder | undefined;
  ac: Decoder | undefined;
  isSet: Uint8Array;
  /** Place of the block's first coefficient in `isSet`. */
  start: number;
}

function sequentialBlock({ bits }: State, { dc, ac }: Block): void {
  bits.skip(bits.code(dc));
  for (let k = 1; k < 64; k++) {
    const code = bits.code(ac);
    const size = code & 15;
    if (size === 0 && code >> 4 < 15) return;
    k += code >> 4;
    if (k > 63) throw new RangeError('a coefficient outside its block');
    bits.skip(size);
  }
}

/** T.81, annex G: first scans send a coefficient's high bits, later ones a bit more each. */
function progressiveBlock({ first, last, high }: JpegScan): (state: State, block: Block) => void {
  if (first === 0) return high === 0 ? ({ bits }, { dc }) => bits.skip(bits.code(dc)) : skipBit;
  return high === 0
    ? (state, block) => firstCoefficients(state, block, first, last)
    : (state, block) => refinedCoefficients(state, block, first, last);
}

const skipBit = ({ bits }: State) => bits.skip(1);

function firstCoefficients(state: State, block: Block, first: number, last: number): void {
  const { bits } = state;
  if (state.blocksToSkip > 0) {
    state.blocksToSkip--;
    return;
  }
  for (let k = first; k <= last; k++) {
    const code = bits.code(block.ac);
    const [run, size] = [code >> 4, code & 15];
    if (size === 0 && run < 15) {
      state.blocksToSkip = 2 ** run + bits.read(run) - 1;
      return;
    }
    k += run;
    if (size === 0) continue;
    if (k > 63) throw new RangeError('a coefficient outside its block');
    bits.skip(size);
    block.isSet[block.start + k] = 1;
  }
}

function refinedCoefficients(state: State, block: Block, first: number, last: number): void {
  const { bits } = state;
  const { isSet, start } = block;
  let k = first;
  for (; k <= last && state.blocksToSkip === 0; k++) {
    const code = bits.code(block.ac);
    const size = code & 15;
    let run = code >> 4;
    if (size === 0 && run < 15) {
      state.blocksToSkip = 2 ** run + bits.read(run);
      break;
    }
    if (size > 0) bits.skip(1);
    for (; k <= last; k++) {
      if (isSet[start + k] === 1) bits.skip(1);
      else if (--run < 0) break;
    }
    if (size > 0 && k <= last) isSet[start + k] = 1;
  }
  if (state.blocksToSkip === 0) return;
  for (; k <= last; k++) if (isSet[start + k] === 1) bits.skip(1);
  state.blocksToSkip--;
}

class DataEnd extends Error {}

class OutOfOrder extends Error {}

/** By the next 16 bits, the length of the code that they begin with, times 256, plus its value; 0 for none. */
type Decoder = Uint16Array;

const decoders = new WeakMap<HuffmanTable, Decoder>();

function decoderOf(table: HuffmanTable): Decoder {
  const known = decoders.get(table);
  if (known) return known;
  const made = new Uint16Array(2 ** 16);
  let [start, place] = [0, 0];
  for (const [index, count] of table.counts.entries()) {
    const length = index + 1;
    for (let i = 0; i < count; i++) {
      const end = start + 2 ** (16 - length);
      made.fill(length * 256 + (table.values[place++] ?? 0), start, end);
      start = end;
    }
  }
  decoders.set(table, made);
  return made;
}

/** The bits of coded data, without the zero byte that follows each 0xff. */
class Bits {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;
  /** The lowest `#count` bits are still to come. */
  #buffer = 0;
  #count = 0;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  /** The place of the first byte of which no bit was taken. */
  get end(): number {
    let end = this.#at;
    for (let whole = Math.floor(this.#count / 8); whole > 0; whole--) {
      // A zero byte belongs to the byte of ones before it.
      end -= this.#bytes[end - 1] === 0 && this.#bytes[end - 2] === 0xff ? 2 : 1;
    }
    return Math.min(end, this.#end);
  }

  #fill(): void {
    while (this.#count <= 24 && this.#at < this.#end) {
      const byte = this.#bytes[this.#at++]!;
      if (byte === 0xff) {
        while (this.#bytes[this.#at] === 0xff) this.#at++;
        this.#at++;
      }
      this.#buffer = (this.#buffer << 8) | byte;
      this.#count += 8;
    }
  }

  /**
   * @param count up to 16
   * @throws DataEnd
   */
  skip(count: number): void {
    if (this.#count < count) this.#fill();
    if (this.#count < count) throw new DataEnd();
    this.#count -= count;
  }

  /** As `skip`. */
  read(count: number): number {
    this.skip(count);
    return (this.#buffer >>> this.#count) & (2 ** count - 1);
  }

  /** @throws DataEnd; RangeError no such code */
  code(decoder: Decoder | undefined): number {
    if (!decoder) throw new RangeError('a scan without its Huffman table');
    if (this.#count < 16) this.#fill();
    const ahead = this.#count - 16;
    const next = (ahead >= 0 ? this.#buffer >>> ahead : this.#buffer << -ahead) & 0xffff;
    const entry = decoder[next]!;
    if (entry === 0 && ahead >= 0) throw new RangeError('a code that does not exist');
    const length = entry >> 8;
    if (entry === 0 || length > this.#count) throw new DataEnd();
    this.#count -= length;
    return entry & 255;
  }
}
