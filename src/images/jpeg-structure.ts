/** What the markers of a JPEG file say (ITU-T T.81); the coefficients are not looked at. */
export interface JpegStructure {
  frame: JpegFrame | undefined;
  scans: JpegScan[];
  /** Whether an end mark follows the last of them. */
  hasEnd: boolean;
}

export interface JpegFrame {
  width: number;
  height: number;
  /** Of one sample. */
  bits: number;
  isProgressive: boolean;
  isHuffman: boolean;
  components: { id: number; horizontal: number; vertical: number }[];
}

export interface JpegScan {
  components: { index: number; dc: HuffmanTable | undefined; ac: HuffmanTable | undefined }[];
  /** First and last coefficient, and the bits below which they are not sent (progressive). */
  first: number;
  last: number;
  high: number;
  low: number;
  /** MCUs between restart marks; 0 for none. */
  restartInterval: number;
  /** Start and end of the coded data, between restart marks; the number of the mark before it, 0 to 7. */
  pieces: { start: number; end: number; mark?: number }[];
}

/** Of `counts[length - 1]` codes of each length, in order, what they stand for. */
export interface HuffmanTable {
  counts: Uint8Array;
  values: Uint8Array;
}

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const DHT = 0xc4;
const DRI = 0xdd;
/** Frames: SOF0 to SOF15 without DHT, JPG and DAC, which share their range. */
const isFrame = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && ![DHT, 0xc8, 0xcc].includes(marker);
const isRestart = (marker: number) => marker >= 0xd0 && marker <= 0xd7;
const isProgressive = (marker: number) => (marker & 3) === 2;
/** From SOF9 on the coding is arithmetic; SOF3 and SOF7 have no blocks. */
const isHuffman = (marker: number) => marker < 0xc8 && (marker & 3) !== 3;

export const isJpeg = (bytes: Uint8Array): boolean =>
  bytes[0] === 0xff && bytes[1] === SOI && bytes[2] === 0xff;

export function readJpegStructure(bytes: Uint8Array): JpegStructure {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const structure: JpegStructure = { frame: undefined, scans: [], hasEnd: false };
  const tables = new Map<number, HuffmanTable>();
  let restartInterval = 0;
  let at = 2;
  while (at < bytes.length) {
    at = bytes.indexOf(0xff, at);
    if (at < 0 || at + 1 >= bytes.length) break;
    const marker = bytes[at + 1]!;
    if (marker === EOI) {
      structure.hasEnd = true;
      break;
    }
    // Filling and marks without content.
    if (marker === 0xff || marker === 0 || marker === 1 || marker === SOI || isRestart(marker)) {
      at += marker === 0xff ? 1 : 2;
      continue;
    }
    if (at + 4 > bytes.length) break;
    const end = at + 2 + view.getUint16(at + 2);
    if (end > bytes.length) break;
    const content = bytes.subarray(at + 4, end);
    at = end;
    if (isFrame(marker)) structure.frame = frameOf(marker, content);
    else if (marker === DHT) readTables(content, tables);
    else if (marker === DRI && content.length >= 2) restartInterval = view.getUint16(end - 2);
    else if (marker === SOS) {
      const pieces = codedPieces(bytes, end);
      at = pieces.at(-1)?.end ?? end;
      structure.scans.push({
        ...scanOf(content, structure.frame, tables),
        restartInterval,
        pieces,
      });
    }
  }
  return structure;
}

function frameOf(marker: number, content: Uint8Array): JpegFrame | undefined {
  const [bits = 0, heightHigh = 0, heightLow = 0, widthHigh = 0, widthLow = 0, count = 0] = content;
  if (content.length < 6 + 3 * count) return undefined;
  return {
    height: heightHigh * 256 + heightLow,
    width: widthHigh * 256 + widthLow,
    bits,
    isProgressive: isProgressive(marker),
    isHuffman: isHuffman(marker),
    components: Array.from({ length: count }, (_, index) => {
      const [id = 0, sampling = 0] = content.subarray(6 + 3 * index);
      return { id, horizontal: sampling >> 4, vertical: sampling & 15 };
    }),
  };
}

/** Tables by class (DC 0, AC 1) times 16 plus their number. */
function readTables(content: Uint8Array, tables: Map<number, HuffmanTable>): void {
  for (let at = 0; at + 17 <= content.length; ) {
    const counts = content.subarray(at + 1, at + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const values = content.subarray(at + 17, at + 17 + total);
    tables.set(content[at]!, { counts, values });
    at += 17 + total;
  }
}

function scanOf(
  content: Uint8Array,
  frame: JpegFrame | undefined,
  tables: ReadonlyMap<number, HuffmanTable>,
): Omit<JpegScan, 'restartInterval' | 'pieces'> {
  const count = content[0] ?? 0;
  const [first = 0, last = 0, bits = 0] = content.subarray(1 + 2 * count);
  return {
    components: Array.from({ length: count }, (_, place) => {
      const [id = 0, selected = 0] = content.subarray(1 + 2 * place);
      return {
        index: frame?.components.findIndex((component) => component.id === id) ?? -1,
        dc: tables.get(selected >> 4),
        ac: tables.get(16 + (selected & 15)),
      };
    }),
    first,
    last,
    high: bits >> 4,
    low: bits & 15,
  };
}

function codedPieces(bytes: Uint8Array, from: number): JpegScan['pieces'] {
  const pieces: JpegScan['pieces'] = [];
  let start = from;
  let restart = {};
  for (let at = from; ; ) {
    at = bytes.indexOf(0xff, at);
    if (at < 0 || at + 1 >= bytes.length) {
      pieces.push({ start, end: at < 0 ? bytes.length : at, ...restart });
      return pieces;
    }
    const marker = bytes[at + 1]!;
    // A zero byte follows each 0xff of the coded data; more of them are filling.
    if (marker === 0 || marker === 0xff) {
      at += marker === 0 ? 2 : 1;
      continue;
    }
    let end = at;
    while (end > start && bytes[end - 1] === 0xff) end--;
    pieces.push({ start, end, ...restart });
    if (!isRestart(marker)) return pieces;
    restart = { mark: marker & 7 };
    at += 2;
    start = at;
  }
}
