import type Anthropic from '@anthropic-ai/sdk';
import type OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { createAnthropicBatchEngine } from '../../src/judges/anthropic/batch-engine.ts';
import { createOpenrouterBatchEngine } from '../../src/judges/batch/openrouter.ts';
import { resultsIn } from '../../src/judges/batch/result-lines.ts';
import { createXaiBatchEngine } from '../../src/judges/batch/xai.ts';
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

describe("a line of OpenAI's form", () => {
  const file = (line: object) => read(resultsIn(new Response(JSON.stringify(line))));

  it.each([200, 201, '200', null, undefined])(
    'with the status %s holds a reply',
    async (status) => {
      expect(await file({ custom_id: 'a', response: { status_code: status, body } })).toEqual({
        found: [{ customId: 'a', raw: body }],
      });
    },
  );

  it('with a status of trouble is a failure, in figures or in text', async () => {
    for (const status_code of [503, '503']) {
      const response = { status_code, body: { error: { message: 'busy' } } };
      expect(await file({ custom_id: 'a', response })).toEqual({
        found: [{ customId: 'a', failure: 'status 503: busy', again: true }],
      });
    }
  });
});

describe('one result that cannot be read keeps no other one from being read', () => {
  const problem = expect.stringMatching(/^1 of 3 lines of the batch's results cannot be read/);
  /** A client that answers every request with the same. */
  const client = (reply: unknown) => () => ({ get: async () => reply }) as unknown as OpenAI;
  const answered = ['a', 'c'].map((customId) => ({ customId, raw: body }));

  it('at xAI', async () => {
    const right = (id: string) => ({
      batch_request_id: id,
      batch_result: { response: { chat_get_completion: body } },
    });
    const results = [right('a'), { batch_request_id: 7 }, right('c')];
    const engine = createXaiBatchEngine(client({ results }));
    expect(await read(engine.results('x'))).toEqual({ found: answered, problem });
  });

  it('at OpenRouter', async () => {
    const right = (id: string) => ({ custom_id: id, response: { status_code: 200, body } });
    const results = [right('a'), null, right('c')];
    const setting = { model: 'm', endpoint: 'https://openrouter.ai/api/v1' };
    const engine = createOpenrouterBatchEngine(
      client({ id: 'x', status: 'completed', results }),
      setting,
    );
    expect(await read(engine.results('x'))).toEqual({ found: answered, problem });
  });

  it('at Anthropic, where an error may have one object around it or two', async () => {
    const inner = { type: 'overloaded_error', message: 'Overloaded' };
    const of = async function* () {
      yield { custom_id: 'a', result: { type: 'succeeded', message: body } };
      yield { custom_id: 'b', result: { type: 'errored', error: 'no object' } };
      yield { custom_id: 'c', result: { type: 'errored', error: { type: 'error', error: inner } } };
      yield { custom_id: 'd', result: { type: 'errored', error: inner } };
    };
    const anthropic = { messages: { batches: { results: async () => of() } } };
    const engine = createAnthropicBatchEngine(() => anthropic as unknown as Anthropic);
    const failure = { failure: 'overloaded_error: Overloaded', again: true };
    expect(await read(engine.results('x'))).toEqual({
      found: [
        { customId: 'a', raw: body },
        { customId: 'c', ...failure },
        { customId: 'd', ...failure },
      ],
      problem: expect.stringMatching(/^1 of 4 lines/),
    });
  });
});
