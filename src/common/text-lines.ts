/**
 * The lines of a text as it comes, without what ends them. Node's `readline` ends a line at U+2028 and U+2029
 * too, which JSON leaves as they are, and loses what goes wrong with the source.
 *
 * @param chunks of UTF-8, wherever they are cut
 * @throws what the source throws
 */
export async function* textLines(chunks: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder();
  /** Pieces of the line that has not ended, since it may be long. */
  let pieces: string[] = [];
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true });
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      yield lineOf([...pieces, text.slice(start, end)]);
      pieces = [];
      start = end + 1;
    }
    pieces.push(text.slice(start));
  }
  const last = lineOf([...pieces, decoder.decode()]);
  if (last !== '') yield last;
}

const lineOf = (pieces: readonly string[]): string => pieces.join('').replace(/\r$/, '');
