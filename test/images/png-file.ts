import { crc32, deflateSync } from 'node:zlib';

/** PNG's colour type by the number of channels. */
const COLOUR_TYPES = [undefined, 0, 4, 2, 6] as const;

/** A PNG file of 8 or 16 bits a channel. */
export function pngFile({
  width,
  height,
  channels,
  samples,
  profile,
}: {
  width: number;
  height: number;
  channels: 1 | 2 | 3 | 4;
  samples: Uint8Array | Uint16Array;
  profile?: Uint8Array;
}): Buffer {
  const bytesEach = samples.BYTES_PER_ELEMENT;
  const stride = width * channels * bytesEach;
  const rows = Buffer.alloc(height * (stride + 1));
  for (const [index, sample] of samples.entries()) {
    const row = Math.floor(index / (width * channels));
    const at = row * (stride + 1) + 1 + (index % (width * channels)) * bytesEach;
    rows.writeUIntBE(sample, at, bytesEach);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8 * bytesEach, COLOUR_TYPES[channels]!], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    ...(profile
      ? [chunk('iCCP', Buffer.concat([Buffer.from('x\0\0'), deflateSync(profile)]))]
      : []),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, content: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(content.length, 0);
  head.write(type, 4, 'latin1');
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(content, crc32(head.subarray(4))), 0);
  return Buffer.concat([head, content, check]);
}
