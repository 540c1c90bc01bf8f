import {
  brotliDecompressSync,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  zstdDecompressSync,
} from 'node:zlib';

/** How a reply's body may be packed, by its `content-encoding`; several ways are tried in order. */
const UNPACKERS: Readonly<Record<string, readonly ((packed: Buffer) => Buffer)[]>> = {
  gzip: [gunzipSync],
  'x-gzip': [gunzipSync],
  // Some servers leave zlib's frame out.
  deflate: [inflateSync, inflateRawSync],
  br: [brotliDecompressSync],
  zstd: [zstdDecompressSync],
};

const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/**
 * A body as it was before it was packed on the way: servers and proxies pack although asked not to, pack
 * and do not say so, or say so and do not.
 *
 * @param encoding the header `content-encoding`
 */
export function unpackBody(body: ArrayBuffer, encoding: string | undefined): Buffer {
  const ways = (encoding ?? '')
    .toLowerCase()
    .split(',')
    .map((way) => way.trim())
    .reverse();
  const bytes = ways.reduce<Buffer>(
    (packed, way) => unpack(packed, UNPACKERS[way] ?? []),
    Buffer.from(body),
  );
  return isGzip(bytes) ? unpack(bytes, [gunzipSync]) : bytes;
}

function unpack(packed: Buffer, unpackers: readonly ((packed: Buffer) => Buffer)[]): Buffer {
  for (const unpackWith of unpackers) {
    try {
      return unpackWith(packed);
    } catch {
      // Packed in another way, or not at all; what it is then, its reader says.
    }
  }
  return packed;
}
