import { base64Bytes, dataUri } from '../../images/data-uri.ts';
import type { JudgeImage } from '../../images/judge-image.ts';

/** How a request refers to an image: it holds it, or names what was uploaded before. */
export type ImageSource = { url: string } | { fileId: string };

/** @param textOf what stands for the base64 text of an image; left out: the text itself */
export async function inlineSource(
  image: JudgeImage,
  textOf?: (text: Uint8Array) => string,
): Promise<{ url: string }> {
  const encoded = await image.encoded();
  return {
    url: textOf ? dataUri(encoded, textOf(base64Bytes(encoded))) : dataUri(encoded),
  };
}

/** The image that a part of a question's content shows. */
export function imageAt({ images }: { images: readonly JudgeImage[] }, index: number): JudgeImage {
  const image = images[index];
  if (!image) throw new Error(`the question has no image ${index}`);
  return image;
}

/**
 * Content with a line break between images that stand next to each other: versions of llama.cpp take two of
 * the same size for one, and what servers make of neighbours is theirs.
 */
export const keptApart = <Part extends { type: string }>(
  parts: readonly Part[],
  lineBreak: Part,
): Part[] =>
  parts.flatMap((part, i) =>
    part.type.includes('image') && parts[i - 1]?.type.includes('image')
      ? [lineBreak, part]
      : [part],
  );
