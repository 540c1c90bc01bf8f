import type { EncodedImage } from './encode.ts';

export const base64 = ({ bytes }: EncodedImage): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');

export const dataUri = (image: EncodedImage, text = base64(image)): string =>
  `data:${image.mimeType};base64,${text}`;

/** Bytes whose text is made at once, a multiple of 3: long strings would crowd the heap. */
const PIECE = 49_152;

/** An image is part of every question about it. */
const texts = new WeakMap<EncodedImage, Uint8Array>();

/** The image's base64 text as ASCII, made once for an image. */
export function base64Bytes(image: EncodedImage): Uint8Array {
  const text = texts.get(image) ?? encodeBase64(image.bytes);
  texts.set(image, text);
  return text;
}

function encodeBase64({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array {
  const bytes = Buffer.from(buffer, byteOffset, byteLength);
  const text = Buffer.allocUnsafeSlow(Math.ceil(byteLength / 3) * 4);
  for (let start = 0, at = 0; start < byteLength; start += PIECE) {
    at += text.write(bytes.toString('base64', start, start + PIECE), at, 'latin1');
  }
  return text;
}
