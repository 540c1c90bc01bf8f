import type { Question } from './question.ts';

/** What the requests of questions about the same images have in common: all up to the last image. */
export function prefixOf({ system, images, content }: Question): string {
  const last = content.findLastIndex((part) => 'image' in part);
  const shown = content
    .slice(0, last + 1)
    .map((part) => ('text' in part ? part : { image: images[part.image]?.sha256 }));
  return JSON.stringify([system, shown]);
}
