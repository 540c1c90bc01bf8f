import { basename } from 'node:path';
import type { ImageRow } from './scored-run.ts';

/**
 * Finds rows about the same image in another set of rows, each at most once: by path; or, where the
 * data set lies in another folder, by the file's content and name.
 */
export function sameImage(rows: readonly ImageRow[]): (row: ImageRow) => ImageRow | undefined {
  const byPath = Map.groupBy(rows, pathKey);
  const byContent = Map.groupBy(rows, contentKey);
  const taken = new Set<ImageRow>();
  return (row) => {
    const content = contentKey(row);
    const candidates = [
      ...(byPath.get(pathKey(row)) ?? []),
      ...(content === undefined ? [] : (byContent.get(content) ?? [])),
    ];
    const found = candidates.find((candidate) => !taken.has(candidate));
    if (found) taken.add(found);
    return found;
  };
}

const pathKey = ({ dataset, image }: ImageRow): string => JSON.stringify([dataset, image]);

const contentKey = ({ dataset, image, scored }: ImageRow): string | undefined =>
  scored && JSON.stringify([dataset, scored.sha256, basename(image)]);
