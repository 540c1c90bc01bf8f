import { z } from 'zod';

/** https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto: `RetryInfo`, `"34.07s"`. */
const errorSchema = z.object({
  error: z.object({
    details: z.array(
      z.looseObject({
        retryDelay: z
          .string()
          .regex(/^\d+(\.\d+)?s$/)
          .optional()
          .catch(undefined),
      }),
    ),
  }),
});

/** Some of Google's interfaces put an error into a list. */
const bodySchema = z.union([errorSchema, z.tuple([errorSchema]).transform(([first]) => first)]);

/**
 * How long an error of Google's asks to wait, in seconds: its body says so where others send `Retry-After`.
 *
 * @param body of the reply, as it came
 * @returns undefined where it does not say
 */
export function retryInfoSeconds(body: string): number | undefined {
  if (!body.includes('retryDelay')) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  const details = bodySchema.safeParse(value).data?.error.details ?? [];
  const delay = details.find(({ retryDelay }) => retryDelay !== undefined)?.retryDelay;
  return delay === undefined ? undefined : Number.parseFloat(delay);
}
