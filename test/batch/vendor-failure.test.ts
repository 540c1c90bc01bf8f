import { expect, it } from 'vitest';
import { isAboutSize, isSizeRefusal, wordsOf } from '../../src/batch/vendor-failure.ts';
import { openaiSdk } from '../../src/judges/sdks.ts';
import { startServer } from '../servers/server.ts';

// As vendors and gateways have said it, in issues of public repositories.
it.each([
  'File is too large.',
  'Request body too large. Maximum allowed: 10 MB',
  'Batch input file is 12.0 MB, which exceeds the configured max_batch_file_size_mb of 10 MB.',
  'request entity too large',
  'The POST payload is too large (limit: 9437184 bytes, actual length: 9453568 bytes).',
  'The batch exceeds the maximum number of requests.',
  'A batch may have at most 20 requests.',
  'Too many requests in the batch: 50,001',
  'The file has more than 50000 lines.',
  'file_too_large',
  'Number of lines exceeds 50000',
  'The number of requests (500) is above the limit (100)',
  'Batch request count 500 > 100',
  'File size must be less than 100MB',
  'The uploaded file must be under 5242880 bytes',
])('takes "%s" for a refusal of the size', (words) => {
  expect(isAboutSize(words)).toBe(true);
  expect(isSizeRefusal(Object.assign(new Error(words), { status: 400 }))).toBe(true);
});

it.each([
  'Enqueued token limit reached for gpt-4o. Limit: 90,000 enqueued tokens.',
  'You exceeded your current quota, please check your plan and billing details.',
  'Too many requests, please try again later.',
  'Rate limit reached: at most 60 requests per minute.',
  'You have reached the maximum number of batches in progress.',
  'The image exceeds the maximum of 5 MB.',
  "This model's maximum context length is 8192 tokens.",
  'Model grok-4.7 is not supported for batch processing',
  'Invalid file format for Batch API. Must be .jsonl',
  'no reason',
  'You have sent too many requests over the last day',
  'max_tokens is too large',
  'Batch limit reached: at most 10 pending batches',
])('does not take "%s" for one', (words) => {
  expect(isAboutSize(words)).toBe(false);
  expect(isSizeRefusal(Object.assign(new Error(words), { status: 400 }))).toBe(false);
});

it('takes a status of 413 for one, whatever its words', () => {
  expect(isSizeRefusal(Object.assign(new Error('nginx'), { status: 413 }))).toBe(true);
  expect(isSizeRefusal(Object.assign(new Error('File is too large.'), { status: 503 }))).toBe(
    false,
  );
  expect(isSizeRefusal(new Error('File is too large.'))).toBe(false);
});

it('says which address was not reached, where SDK and fetch say only that none was', async () => {
  const { url, close } = await startServer(() => ({ status: 200, body: {} }));
  await close();
  const Client = openaiSdk().OpenAI;
  const client = new Client({ apiKey: 'k', baseURL: `${url}/v1`, maxRetries: 0 });
  const refused = `connect ECONNREFUSED ${new URL(url).host}`;
  expect(wordsOf(await client.models.list().catch((error: unknown) => error))).toBe(
    `Connection error (${refused})`,
  );
  const cause = new Error(refused);
  expect(wordsOf(new TypeError('fetch failed', { cause }))).toBe(`fetch failed (${refused})`);
  expect(wordsOf(Object.assign(new Error('no reply within 5 ms', { cause }), { code: 'E' }))).toBe(
    'no reply within 5 ms',
  );
});
