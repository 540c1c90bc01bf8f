import { z } from 'zod';
import type { TokenPosition } from '../reading/token-masses.ts';
import { tokenName } from '../reading/token-text.ts';

const entrySchema = z.looseObject({
  token: z.string().nullish().catch(undefined),
  logProbability: z.number().nullish().catch(undefined),
});

type Entry = z.output<typeof entrySchema>;

/** The field `logprobsResult` of a candidate; what has another form counts as none. */
export const logprobsSchema = z
  .object({
    chosenCandidates: z.array(entrySchema),
    topCandidates: z
      .array(z.looseObject({ candidates: z.array(entrySchema).nullish().catch(undefined) }))
      .nullish()
      .catch(undefined),
  })
  .nullish()
  .catch(undefined);

/**
 * The token probabilities of a reply: both lists have one entry a step. The chosen token need not be among the
 * likeliest.
 *
 * @returns undefined where there are none, or where a list lacks steps, so that nobody knows which these are
 */
export function readLogprobs(result: z.output<typeof logprobsSchema>): TokenPosition[] | undefined {
  if (!result || result.chosenCandidates.length === 0) return undefined;
  const { length } = result.chosenCandidates;
  if ((result.topCandidates?.length ?? length) !== length) return undefined;
  return result.chosenCandidates.map((chosen, step) => ({
    token: nameOf(chosen),
    ...(isKnown(chosen.logProbability) && { logprob: chosen.logProbability }),
    alternatives: (result.topCandidates?.[step]?.candidates ?? []).flatMap((entry) =>
      isKnown(entry.logProbability)
        ? [{ token: nameOf(entry), logprob: entry.logProbability }]
        : [],
    ),
  }));
}

const nameOf = ({ token }: Entry): string => tokenName(token ?? undefined, undefined);

/** Minus infinity stands for no probability; it does not survive JSON, in which replies are kept. */
const isKnown = (value: number | null | undefined): value is number =>
  value !== null && value !== undefined && Number.isFinite(value);
