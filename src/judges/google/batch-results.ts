import { z } from 'zod';
import { readLines } from '../batch/result-lines.ts';
import type { BatchResult } from '../batch.ts';
import { errorWords } from '../error-words.ts';
import { isSaid } from '../reported-failure.ts';

/** Only what is read, so that additions to the interface break nothing. */
const lineSchema = z.object({
  key: z.string(),
  response: z.unknown().optional(),
  error: z.unknown().optional(),
});

/** google.rpc.Code: cancelled, deadline exceeded, resource exhausted, aborted, internal, unavailable. */
const PASSING_CODES: readonly number[] = [1, 4, 8, 10, 13, 14];

const codeSchema = z.object({ code: z.number() });

/** What became of the requests of a batch, from a file of JSON lines. */
export const batchResultsIn = (content: Response): AsyncIterable<BatchResult> =>
  readLines(content, (line) => readLine(lineSchema.parse(line)));

function readLine({ key, response, error }: z.output<typeof lineSchema>): BatchResult {
  if (!isSaid(error) && response !== undefined && response !== null)
    return { customId: key, raw: response };
  const failure = errorWords({ error }) ?? 'neither a response nor an error';
  return { customId: key, failure, again: isPassing(codeSchema.safeParse(error).data?.code) };
}

/** The code is one of google.rpc, or an HTTP status. */
const isPassing = (code: number | undefined): boolean =>
  code !== undefined && (PASSING_CODES.includes(code) || code === 429 || code >= 500);
