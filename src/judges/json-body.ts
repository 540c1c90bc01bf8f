import { randomUUID } from 'node:crypto';

/** Stands for a text while the rest is serialised; nobody can have written it by chance. */
const MARK = randomUUID();
const MARKED = new RegExp(`${MARK} (\\d+)`);

/**
 * A request's body in pieces, which `fetchFor` sends as they are. A Blob to the SDKs, which hand one on
 * untouched; read as a Blob it is empty.
 */
export class JsonBody extends Blob {
  readonly pieces: readonly Uint8Array[];

  constructor(pieces: readonly Uint8Array[]) {
    super([], { type: 'application/json' });
    this.pieces = pieces;
  }

  override get size(): number {
    return this.pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }
}

/** Texts that stand in JSON which somebody else serialises. */
export interface MarkedTexts {
  /** What stands for a text of ASCII characters without quotes, backslashes and control characters, such as base64. */
  mark(text: Uint8Array): string;
  /** The JSON with the texts in the place of their marks. */
  fill(json: string): JsonBody;
}

/** For one request. */
export function createMarkedTexts(): MarkedTexts {
  const texts: Uint8Array[] = [];
  return {
    mark: (text) => `${MARK} ${texts.push(text) - 1}`,
    fill(json) {
      const pieces = json
        .split(MARKED)
        // Every second part is an index.
        .map((part, i) => (i % 2 === 0 ? Buffer.from(part) : texts[Number(part)]!));
      return new JsonBody(pieces);
    },
  };
}

/**
 * JSON in which some texts are shared by several requests: these are neither serialised nor copied anew
 * for each request that they are part of.
 *
 * @param write makes the value; `textOf` gives what stands in it for a text, see {@link MarkedTexts}
 */
export async function jsonBody(
  write: (textOf: (text: Uint8Array) => string) => Promise<unknown>,
): Promise<JsonBody> {
  const { mark, fill } = createMarkedTexts();
  return fill(JSON.stringify(await write(mark)));
}
