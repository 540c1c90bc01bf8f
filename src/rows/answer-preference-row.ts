import pLimit from 'p-limit';
import type { ProviderResponse } from 'promptfoo';
import { nameSome } from '../common/name-some.ts';
import { versions } from '../common/versions.ts';
import { withoutSecrets } from '../common/without-secrets.ts';
import { rowsToBegin } from '../harness/rows-to-begin.ts';
import { imageName } from '../images/image-name.ts';
import { isBelowCoverage } from '../statistics/coverage.ts';
import type { AnsweredPairRow } from './answer-pair-rows.ts';
import { type Asked, whoAnswered } from './asked.ts';
import { pairName } from './pair-row-input.ts';
import type { AnsweredPair, PreferenceAnswer, PreferenceRequest } from './preference-row.ts';

/** Rows that are asked at once when a resumed run has not asked them itself. */
const ROWS_AT_ONCE = 4;

type RequestedRow = PreferenceRequest['rows'][number];

/** The pair rows of a column, answered once each, whoever asks first. */
export interface ColumnPairs {
  repeatIndex: number;
  asked: Pick<Asked, 'seed' | 'sent' | 'prompt'>;
  /** Whether the row has been begun in this process. */
  has(row: RequestedRow): boolean;
  answer(row: RequestedRow): Promise<AnsweredPairRow>;
}

/**
 * Answers a preference row: every pair of the run with people's share and the judge's probability, in
 * `metadata.preferences`; an error when fewer than `minCoverage` asks for have an answer.
 */
export async function answerPreferenceRow(
  request: PreferenceRequest,
  { repeatIndex, asked, has, answer }: ColumnPairs,
  signal: AbortSignal | undefined,
): Promise<ProviderResponse> {
  const { dataset, several, rows, minCoverage, problem } = request;
  if (problem !== undefined) return { error: `${dataset}: nothing is said, because ${problem}` };
  await rowsToBegin(() => rows.filter((row) => !has(row)).length);
  const limit = pLimit(ROWS_AT_ONCE);
  const outcomes = await Promise.allSettled(rows.map((row) => limit(() => answer(row))));
  signal?.throwIfAborted();
  const answered = outcomes.flatMap((outcome) =>
    outcome.status === 'fulfilled' ? [outcome.value] : [],
  );
  const missing = outcomes.flatMap((outcome, index) =>
    outcome.status === 'rejected'
      ? [
          {
            pair: pairName(rows[index]?.vars ?? {}),
            reason: withoutSecrets(String(outcome.reason?.message ?? outcome.reason)),
          },
        ]
      : [],
  );
  if (isBelowCoverage(answered.length, rows.length, minCoverage)) {
    const allowed = minCoverage === 1 ? '' : `, more than minCoverage ${minCoverage} allows`;
    return {
      error: `${dataset}: nothing is said of its pairs, because ${missing.length} of ${rows.length} have no answer${allowed}: ${named(missing)}. Mend them and run again, which buys no answer twice`,
    };
  }
  const notice = answered.find(({ output }) => output.notice !== undefined)?.output.notice;
  const preferences: PreferenceAnswer = {
    ...{ dataset, several, repeatIndex },
    rows: answered.map(answeredPair),
    missing,
    ...(notice !== undefined && { notice }),
    // No degraded copy stands before a pair.
    asked: { ...asked, conditions: [], ...whoAnswered(answered.flatMap((row) => row.answers)) },
  };
  const leftOut = missing.length === 0 ? '' : `; left out: ${named(missing)}`;
  return {
    output: `${dataset}: ${answered.length} of ${rows.length} pairs answered${leftOut}`,
    metadata: { preferences, versions },
  };
}

const answeredPair = ({ row, output, images }: AnsweredPairRow): AnsweredPair => ({
  first: imageName(row.first),
  second: imageName(row.second),
  firstSha256: images.first.sha256,
  secondSha256: images.second.sha256,
  ...(row.group !== undefined && { group: row.group }),
  share: row.share,
  ...(row.raters !== undefined && { raters: row.raters }),
  output,
});

const named = (missing: PreferenceAnswer['missing']): string =>
  nameSome(
    missing.map(({ pair, reason }) => `${pair} (${reason})`),
    '; ',
  );
