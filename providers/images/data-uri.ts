import type { EncodedImage } from '../judges/judge.ts';

export const base64 = ({ bytes }: EncodedImage): string => Buffer.from(bytes).toString('base64');

export const dataUri = (image: EncodedImage): string =>
  `data:${image.mimeType};base64,${base64(image)}`;
