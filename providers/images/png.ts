import { constants, crc32, deflateSync } from 'node:zlib';
import { put, take, withKernels } from '../degradations/wasm/kernels.ts';
import type { RawImage } from './raw-image.ts';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const BITS_A_CHANNEL = 8;
const TRUECOLOUR = 2;

/**
 * An 8-bit RGB image as PNG, without loss. libvips writes the same with its filters tried row by row,
 * in more than twice the time: the figures are in bench/README.md.
 */
export function encodePng({ data, width, height }: RawImage): Uint8Array {
  const stride = width * 3;
  const filtered = withKernels((kernels) => {
    const pixels = put(kernels, data);
    const length = height * (stride + 1);
    const rows = kernels.reserve(length);
    kernels.filterPng(pixels, rows, stride, height);
    return take(kernels, rows, length);
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // What follows stays 0: the only compression, the only filter method, not interlaced.
  header.set([BITS_A_CHANNEL, TRUECOLOUR], 8);
  return Buffer.concat([
    SIGNATURE,
    ...chunk('IHDR', header),
    ...chunk('IDAT', deflateSync(filtered, { level: constants.Z_BEST_SPEED })),
    ...chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, content: Uint8Array): Uint8Array[] {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(content.length, 0);
  head.write(type, 4, 'latin1');
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(content, crc32(head.subarray(4))), 0);
  return [head, content, check];
}
