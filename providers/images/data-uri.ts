import type { EncodedImage } from '../judges/judge.ts';

/** An image is sent with every question about it, and encoded as text once. */
const known = new WeakMap<EncodedImage, string>();

export const base64 = ({ bytes }: EncodedImage): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');

export function dataUri(image: EncodedImage): string {
  const uri = known.get(image) ?? `data:${image.mimeType};base64,${base64(image)}`;
  known.set(image, uri);
  return uri;
}
