import { randomUUID } from 'node:crypto';

/** Stands for a blob while the rest is serialised; nobody can have written it by chance. */
const MARK = randomUUID();
const MARKED = new RegExp(`${MARK} (\\d+)`);

/**
 * JSON in which some texts come from blobs: they are neither serialised nor copied anew for each request
 * that they are part of.
 *
 * @param write makes the value; `textOf` gives what stands in it for a blob of ASCII characters without
 *   quotes, backslashes and control characters, such as a data URI
 */
export async function jsonBlob(
  write: (textOf: (blob: Blob) => string) => Promise<unknown>,
): Promise<Blob> {
  const blobs: Blob[] = [];
  const value = await write((blob) => `${MARK} ${blobs.push(blob) - 1}`);
  const parts = JSON.stringify(value)
    .split(MARKED)
    // Every second part is an index.
    .map((part, i) => (i % 2 === 0 ? part : (blobs[Number(part)] as Blob)));
  return new Blob(parts, { type: 'application/json' });
}
