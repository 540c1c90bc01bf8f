import { z } from 'zod';
import { errorWords } from './error-words.ts';
import { VendorFailure } from './reply-failure.ts';

/**
 * The failure that a reply of status 200 is: routers and some servers put what went wrong behind them into
 * the place of an answer.
 *
 * @returns undefined where it holds an answer, or nothing that can be told
 */
export function reportedFailure(raw: unknown): VendorFailure | undefined {
  if (raw === null || typeof raw !== 'object') return undefined;
  const { error, choices, content } = raw as Record<string, unknown>;
  if (isSaid(error)) return vendorFailure(error, raw);
  if (isFilled(choices) || isFilled(content)) return undefined;
  return errorWords(raw) === undefined ? undefined : vendorFailure(raw);
}

const isFilled = (list: unknown): boolean => Array.isArray(list) && list.length > 0;

/**
 * An error of any shape as a failure.
 *
 * @param around what it stands in, which may name its status
 */
export function vendorFailure(error: unknown, around: unknown = error): VendorFailure {
  const words = errorWords(error) ?? JSON.stringify(error);
  const status = statusIn(error) ?? statusIn(around);
  return new VendorFailure(
    status === undefined
      ? { kind: 'reported', words }
      : { kind: 'status', status, words, inReply: true },
  );
}

/** Whether a field that holds an error where there is one holds one. */
export const isSaid = (error: unknown): boolean =>
  error !== null &&
  error !== undefined &&
  error !== false &&
  error !== '' &&
  error !== 0 &&
  // Some gateways write `{"code": 0, "message": ""}` beside every answer.
  !(typeof error === 'object' && !Object.values(error).some(isSaid));

const statusSchema = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\d{3}$/)
      .transform(Number),
  ])
  .pipe(z.number().int().min(400).max(599));

/** The status of HTTP, 400 to 599, that an error names as its code or its status. */
export function statusIn(body: unknown): number | undefined {
  if (body === null || typeof body !== 'object') return undefined;
  const { code, status } = body as Record<string, unknown>;
  return statusSchema.safeParse(code).data ?? statusSchema.safeParse(status).data;
}
