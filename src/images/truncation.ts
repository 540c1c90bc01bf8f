/**
 * Whether an image file lacks its end, judged by its format's end mark. Decoders report truncated and
 * damaged files alike; this tells them apart. Only for JPEG, PNG, WebP and GIF, told by their first
 * bytes; false for everything else.
 */
export function isTruncated(bytes: Uint8Array): boolean {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const head = file.toString('latin1', 0, 12);
  if (head.startsWith('\x89PNG')) return !file.subarray(-64).includes('IEND');
  // Cameras append data after the end of the image, so the mark may stand anywhere near the end.
  if (head.startsWith('\xff\xd8'))
    return file.lastIndexOf(Buffer.from([0xff, 0xd9])) < file.length / 2;
  if (head.startsWith('RIFF')) return file.length < 12 || file.readUInt32LE(4) + 8 > file.length;
  if (head.startsWith('GIF8')) return file.at(-1) !== 0x3b;
  return false;
}
