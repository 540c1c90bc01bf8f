import { readFileSync } from 'node:fs';

/** An 8-bit image: interleaved R, G, B bytes, row-major. */
interface Pixels {
  data: Uint8Array;
  width: number;
  height: number;
}

/** The functions of `assembly/index.ts`. Pointers are byte offsets into `memory`. */
export interface Kernels {
  readonly memory: WebAssembly.Memory;
  /** Reserves bytes until `releaseAll`. Views of `memory.buffer` from before are void. */
  reserve(bytes: number): number;
  releaseAll(): void;
  saturate(pixels: number, count: number, factor: number, offset: number): void;
  zoomBlur(
    source: number,
    target: number,
    width: number,
    height: number,
    layers: number,
    count: number,
    checkedJudge: number,
  ): void;
  makeFog(size: number, decay: number, seed: number, width: number, height: number): number;
  fogRow(
    pixels: number,
    width: number,
    y: number,
    map: number,
    thickness: number,
    brightest: number,
  ): void;
  largestByte(bytes: number, count: number, largest: number): number;
  liquidField(
    plane: number,
    stride: number,
    width: number,
    height: number,
    seed: number,
    location: number,
    scale: number,
    kernel: number,
    radius: number,
    threshold: number,
    isMud: boolean,
  ): void;
  waterRelief(
    liquid: number,
    relief: number,
    stride: number,
    width: number,
    height: number,
  ): number;
  brightenRow(
    row: number,
    liquid: number,
    relief: number,
    width: number,
    largest: number,
    strength: number,
    colours: number,
  ): void;
  mudMask(
    mud: number,
    stride: number,
    width: number,
    height: number,
    kernel: number,
    radius: number,
    mask: number,
  ): void;
  cleanBytes(): number;
  coverPixels(bytes: number, pixels: number, mask: number, clean: number, colours: number): void;
  squaredError(a: number, b: number, count: number): number;
  /** For tests: natural logarithms of an even number of f64. */
  logarithmsOf(source: number, target: number, count: number): void;
  /** For tests: p/255 for every byte, as f64 and as f32. */
  unitsOf(float64: number, float32: number): void;
}

/**
 * The memory of an instance cannot shrink. Up to this size it is kept for the next image; a larger
 * one is left to the garbage collector.
 */
const KEPT_BYTES = 128 * 2 ** 20;

const BINARY = new URL('./kernels.wasm', import.meta.url);

let compiled: WebAssembly.Module | undefined;
let idle: Kernels | undefined;

/** Runs `work`, which has the instance and all its memory to itself. */
export function withKernels<Result>(work: (kernels: Kernels) => Result): Result {
  compiled ??= new WebAssembly.Module(readFileSync(BINARY));
  const kernels = idle ?? (new WebAssembly.Instance(compiled).exports as unknown as Kernels);
  idle = undefined;
  const result = work(kernels);
  // After a failure the instance is in no known state, and is not used again.
  kernels.releaseAll();
  if (kernels.memory.buffer.byteLength <= KEPT_BYTES) idle = kernels;
  return result;
}

/** Copies an array into memory of its own. */
export function put(kernels: Kernels, values: ArrayBufferView): number {
  const pointer = kernels.reserve(values.byteLength);
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  new Uint8Array(kernels.memory.buffer, pointer, bytes.length).set(bytes);
  return pointer;
}

/** A copy of bytes in memory. */
export const take = (kernels: Kernels, pointer: number, length: number): Uint8Array =>
  new Uint8Array(kernels.memory.buffer, pointer, length).slice();

/** Bytes of an image that are in memory at once where a step goes from pixel to pixel. */
const STRIP_BYTES = 65536;

/** Hands an image over in strips of whole rows, so that it is never in memory as a whole. */
export function inStrips(
  kernels: Kernels,
  { data, width, height }: Pixels,
  visit: (strip: { pointer: number; bytes: Uint8Array; firstRow: number; rows: number }) => void,
): void {
  const stride = width * 3;
  const rowsAtOnce = Math.max(1, Math.floor(STRIP_BYTES / stride));
  const pointer = kernels.reserve(rowsAtOnce * stride);
  for (let firstRow = 0; firstRow < height; firstRow += rowsAtOnce) {
    const rows = Math.min(rowsAtOnce, height - firstRow);
    const bytes = new Uint8Array(kernels.memory.buffer, pointer, rows * stride);
    bytes.set(data.subarray(firstRow * stride, (firstRow + rows) * stride));
    visit({ pointer, bytes, firstRow, rows });
  }
}

/** A copy of an image, changed strip by strip: `change` works on each in place. */
export function changeInStrips(
  kernels: Kernels,
  image: Pixels,
  change: (pointer: number, firstRow: number, rows: number) => void,
): Pixels {
  const { data, width, height } = image;
  const output = new Uint8Array(data.length);
  inStrips(kernels, image, ({ pointer, bytes, firstRow, rows }) => {
    change(pointer, firstRow, rows);
    output.set(bytes, firstRow * width * 3);
  });
  return { data: output, width, height };
}
