import type { EncodedImage } from '../judges/judge.ts';

export const base64 = ({ bytes }: EncodedImage): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');

export const dataUri = (image: EncodedImage, text = base64(image)): string =>
  `data:${image.mimeType};base64,${text}`;

/** An image is part of every question about it. */
const texts = new WeakMap<EncodedImage, Buffer>();

/** The image's base64 text as bytes, made once for an image. */
export function base64Bytes(image: EncodedImage): Buffer {
  const text = texts.get(image) ?? Buffer.from(base64(image), 'latin1');
  texts.set(image, text);
  return text;
}
