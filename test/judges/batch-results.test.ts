import { describe, expect, it } from 'vitest';
import { resultsIn } from '../../src/judges/batch/result-lines.ts';
import type { BatchResult } from '../../src/judges/batch.ts';
import { batchResultsIn } from '../../src/judges/google/batch-results.ts';

/** All that can be read of a file, and what is said of the rest. */
async function read(results: AsyncIterable<BatchResult>) {
  const found: BatchResult[] = [];
  try {
    for await (const result of results) found.push(result);
  } catch (error) {
    return { found, problem: (error as Error).message };
  }
  return { found };
}

const body = { choices: [], id: 'x' };
const openai = (id: string, more: object = {}) =>
  JSON.stringify({ custom_id: id, response: { status_code: 200, body }, ...more });
const google = (key: string, more: object = {}) => JSON.stringify({ key, response: body, ...more });

describe.each([
  ["OpenAI's", resultsIn, openai],
  ["Google's", batchResultsIn, google],
] as const)('results of a batch in %s form', (_, resultsOf, line) => {
  const file = (...lines: string[]) => read(resultsOf(new Response(lines.join('\n'))));
  const answered = (customId: string) => ({ customId, raw: body });

  it('are those of all lines', async () => {
    expect(await file(line('a'), '', line('b'))).toEqual({ found: [answered('a'), answered('b')] });
  });

  it('may hold numbers that JSON does not know', async () => {
    const odd = line('a').replace('"x"', '-Infinity');
    expect(await file(odd, line('b'))).toMatchObject({
      found: [{ customId: 'a', raw: { id: null } }, answered('b')],
    });
  });

  it('stand behind a line that cannot be read, which is told when all others are there', async () => {
    expect(await file(line('a'), '{"custom', line('c'), '[]', line('e'))).toEqual({
      found: [answered('a'), answered('c'), answered('e')],
      problem: expect.stringMatching(
        /^2 of 5 lines of the batch's results cannot be read, and all others are kept: line 2: it is no JSON/,
      ),
    });
  });

  it.each([{}, { code: 0, message: '' }, '', null, false])(
    'count beside an error that says nothing: %j',
    async (error) => {
      expect(await file(line('a', { error }))).toEqual({ found: [answered('a')] });
    },
  );

  it('are failures where an error says something', async () => {
    const error = { message: 'The model is gone' };
    expect(await file(line('a', { error }))).toEqual({
      found: [{ customId: 'a', failure: 'The model is gone', again: false }],
    });
  });
});
