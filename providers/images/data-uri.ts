import type { EncodedImage } from '../judges/judge.ts';

export const base64 = ({ bytes }: EncodedImage): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');

export const dataUri = (image: EncodedImage): string =>
  `data:${image.mimeType};base64,${base64(image)}`;

/** An image is part of every question about it. */
const blobs = new WeakMap<EncodedImage, Blob>();

/** The data URI as a blob, made once for an image. */
export function dataUriBlob(image: EncodedImage): Blob {
  const blob = blobs.get(image) ?? new Blob([dataUri(image)]);
  blobs.set(image, blob);
  return blob;
}
