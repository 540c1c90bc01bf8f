import { expect, it } from 'vitest';
import { textLines } from '../../src/common/text-lines.ts';

async function* inPieces(text: string, size: number): AsyncIterable<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let start = 0; start < bytes.length; start += size) {
    yield bytes.subarray(start, start + size);
  }
}

async function linesIn(chunks: AsyncIterable<Uint8Array>): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of textLines(chunks)) lines.push(line);
  return lines;
}

const linesOf = (text: string, size: number) => linesIn(inPieces(text, size));

it.each([1, 2, 3, 7, 1000])('reads lines from pieces of %i bytes', async (size) => {
  expect(await linesOf('gut\r\n\nschön 好 😀\nlast', size)).toEqual([
    'gut',
    '',
    'schön 好 😀',
    'last',
  ]);
});

it('ends no line at a character that JSON leaves as it is', async () => {
  const said = { said: 'one\u2028two\u2029three\u0085four' };
  expect(await linesOf(`${JSON.stringify(said)}\n`, 5)).toEqual([JSON.stringify(said)]);
});

it('has no line behind the last end of one, and none at all in nothing', async () => {
  expect(await linesOf('one\n', 100)).toEqual(['one']);
  expect(await linesOf('', 100)).toEqual([]);
});

it('throws what its source throws', async () => {
  async function* broken(): AsyncIterable<Uint8Array> {
    yield Buffer.from('one\ntw');
    throw new Error('the line is down');
  }
  await expect(linesIn(broken())).rejects.toThrow('the line is down');
});
