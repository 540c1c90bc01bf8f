import { withKernels } from '../wasm/kernels.ts';
import type { RawImage } from './raw-image.ts';

/** Bytes that are compared at once; a multiple of 16. */
const PIECE = 65_536;

/**
 * Peak signal-to-noise ratio between two images of one size, in dB over all bytes of the three
 * channels; Infinity when they are equal.
 */
export function psnrDb(a: RawImage, b: RawImage): number {
  if (a.width !== b.width || a.height !== b.height) {
    throw new RangeError(
      `PSNR of images of different sizes: ${a.width}x${a.height}, ${b.width}x${b.height}`,
    );
  }
  const squaredError = squaredErrorOf(a.data, b.data);
  return squaredError === 0
    ? Infinity
    : 10 * Math.log10((255 * 255 * a.data.length) / squaredError);
}

/** In WebAssembly: V8 reads memory that is shared between threads several times slower than other. */
const squaredErrorOf = (a: Uint8Array, b: Uint8Array): number =>
  withKernels((kernels) => {
    const pointers = [kernels.reserve(PIECE), kernels.reserve(PIECE)] as const;
    const [pieceOfA, pieceOfB] = pointers.map(
      (pointer) => new Uint8Array(kernels.memory.buffer, pointer, PIECE),
    ) as [Uint8Array, Uint8Array];
    let sum = 0;
    for (let start = 0; start < a.length; start += PIECE) {
      const end = Math.min(a.length, start + PIECE);
      const count = Math.ceil((end - start) / 16) * 16;
      pieceOfA.set(a.subarray(start, end));
      pieceOfB.set(b.subarray(start, end));
      // What is beyond the end is equal.
      pieceOfA.fill(0, end - start, count);
      pieceOfB.fill(0, end - start, count);
      sum += kernels.squaredError(...pointers, count);
    }
    return sum;
  });
