import { z } from 'zod';
import type { TokenPosition } from '../reading/token-masses.ts';
import { tokenName } from '../reading/token-text.ts';

/** Servers write minus infinity as null, as text, or as the lowest number that they have. */
const logprob = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i)
      .transform(Number),
  ])
  .nullish()
  .catch(undefined);

const entrySchema = z.object({
  token: z.string().optional().catch(undefined),
  bytes: z.array(z.number().int().min(0).max(255)).optional().catch(undefined),
  logprob,
});

const positionSchema = entrySchema.extend({
  top_logprobs: z
    .union([z.array(entrySchema), z.record(z.string(), logprob)])
    .nullish()
    .catch(undefined),
});

/** Chat Completions' own form; some routers give its list alone. */
const contentSchema = z.union([
  z.object({ content: z.array(positionSchema) }).transform(({ content }) => content),
  z.array(positionSchema),
]);

/** The form of the older Completions, which Together and others give. */
const listsSchema = z
  .object({
    tokens: z.array(z.string()),
    token_logprobs: z.array(logprob),
    top_logprobs: z.array(z.record(z.string(), logprob).nullable()).nullish().catch(undefined),
  })
  // Where one lacks a position, nobody knows which.
  .refine(({ tokens, ...others }) =>
    Object.values(others).every((list) => (list?.length ?? tokens.length) === tokens.length),
  );

type Entry = z.output<typeof entrySchema>;

/**
 * The token probabilities of a reply.
 *
 * @param raw the field `logprobs` of a choice
 * @returns undefined where there are none, or none in a known form
 */
export function readPositions(raw: unknown): TokenPosition[] | undefined {
  const chat = contentSchema.safeParse(raw).data;
  // Some give an empty list in this form beside the filled ones of the other.
  if (chat?.length) return chat.map((position) => readPosition(position, position.top_logprobs));
  const lists = listsSchema.safeParse(raw).data;
  return nonEmpty(
    lists?.tokens.map((token, i) =>
      readPosition({ token, logprob: lists.token_logprobs[i] }, lists.top_logprobs?.[i]),
    ),
  );
}

const nonEmpty = (positions: TokenPosition[] | undefined): TokenPosition[] | undefined =>
  positions?.length ? positions : undefined;

function readPosition(
  entry: Entry,
  top: readonly Entry[] | Record<string, number | null | undefined> | null | undefined,
): TokenPosition {
  const list = Array.isArray(top)
    ? top
    : Object.entries(top ?? {}).map(([token, value]) => ({ token, logprob: value }));
  return {
    token: tokenName(entry.token, entry.bytes),
    ...(isKnown(entry.logprob) && { logprob: entry.logprob }),
    alternatives: list.flatMap((each: Entry) =>
      isKnown(each.logprob)
        ? [{ token: tokenName(each.token, each.bytes), logprob: each.logprob }]
        : [],
    ),
  };
}

/** Minus infinity stands for no probability; it does not survive JSON, in which replies are kept. */
const isKnown = (value: number | null | undefined): value is number =>
  value !== null && value !== undefined && Number.isFinite(value);
