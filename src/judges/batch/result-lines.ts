import { z } from 'zod';
import { textLines } from '../../common/text-lines.ts';
import type { BatchResult } from '../batch.ts';
import { errorWords } from '../error-words.ts';
import { parseBody } from '../reply-body.ts';
import { quote } from '../reply-failure.ts';
import { isSaid } from '../reported-failure.ts';

/**
 * A line of OpenAI's result files, which Together's, Mistral's and OpenRouter's resemble. Only what is
 * read, so that additions to the interface break nothing.
 */
const lineSchema = z.object({
  custom_id: z.string(),
  response: z
    .object({
      // Where it is missing, the body tells what it is.
      status_code: z
        .union([
          z.number(),
          z
            .string()
            .regex(/^\d{3}$/)
            .transform(Number),
        ])
        .nullish(),
      body: z.unknown(),
    })
    .nullish(),
  error: z.unknown().optional(),
});

const codeSchema = z.object({
  code: z.union([z.string(), z.number()]).nullish(),
  type: z.string().nullish(),
  error_type: z.string().nullish(),
});

/** Statuses of a reply that another time may do without. */
const isPassing = (status: number): boolean =>
  status === 408 || status === 409 || status === 429 || status >= 500;

const isOk = (status: number): boolean => status >= 200 && status < 300;

/** Codes of a request that was never asked, or whose vendor was overloaded. */
const PASSING_CODE = /expired|cancel|timeout|overloaded|unavailable|rate_limit|server|internal/i;

/** What became of the requests of a batch, from a file of JSON lines. */
export const resultsIn = (content: Response): AsyncIterable<BatchResult> =>
  readLines(content, readResult);

/**
 * Reads a file of JSON lines, in which numbers may stand that JSON does not know.
 *
 * @throws Error a line cannot be read; behind all that can, which are paid for
 */
export async function* readLines<Result>(
  content: Response,
  read: (line: unknown) => Result,
): AsyncIterable<Result> {
  if (!content.body) return;
  yield* readEach(textLines(content.body), (line) =>
    line.trim() === '' ? undefined : read(parseBody(line)),
  );
}

/**
 * Reads results one by one, as they come.
 *
 * @param read undefined: there is none
 * @throws Error one cannot be read; behind all that can, which are paid for
 */
export async function* readEach<Item, Result>(
  items: AsyncIterable<Item> | Iterable<Item>,
  read: (item: Item) => Result | undefined,
): AsyncIterable<Result> {
  let number = 0;
  const problems: string[] = [];
  for await (const item of items) {
    number += 1;
    let result: Result | undefined;
    try {
      result = read(item);
    } catch (error) {
      problems.push(`line ${number}: ${error instanceof Error ? quote(error.message) : error}`);
    }
    if (result !== undefined) yield result;
  }
  const [first] = problems;
  if (first === undefined) return;
  throw new Error(
    `${problems.length} of ${number} lines of the batch's results cannot be read, and all others are kept: ${first}`,
  );
}

/** @throws Error it is no such line */
export function readResult(line: unknown): BatchResult {
  const { custom_id: customId, response, error } = lineSchema.parse(line);
  if (!response || isSaid(error)) {
    const failure = errorWords({ error }) ?? 'neither a response nor an error';
    return { customId, failure, again: hasPassingCode(error) };
  }
  const { status_code, body } = response;
  if (status_code === null || status_code === undefined || isOk(status_code)) {
    return { customId, raw: body };
  }
  const words = errorWords(body) ?? JSON.stringify(body);
  return { customId, failure: `status ${status_code}: ${words}`, again: isPassing(status_code) };
}

function hasPassingCode(error: unknown): boolean {
  const named = codeSchema.safeParse(error).data;
  return [named?.code, named?.type, named?.error_type].some((code) =>
    typeof code === 'number' ? isPassing(code) : PASSING_CODE.test(code ?? ''),
  );
}
