import { setTimeout } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { ProviderResponse } from 'promptfoo';
import type { CorrelationAnswer, CorrelationRequest } from './correlation-row.ts';
import { dataUri } from './images/data-uri.ts';
import type { RowInput } from './row-input.ts';
import type { RowOutput } from './row-output.ts';
import { versions } from './versions.ts';

/** Rows that a correlation row scores at once when a resumed run has not scored them itself. */
const RESCORED_ROWS_AT_ONCE = 4;

/** A row that promptfoo has taken up calls the provider within this time. */
const ROW_START_WAIT_MS = 500;

/** Failed rows that a correlation row's error names, with their reasons. */
const FAILED_ROWS_NAMED = 5;

type RequestedRow = CorrelationRequest['rows'][number];

/** What a correlation row needs of a scored image row. */
export interface CorrelatedRow {
  row: RowInput;
  image: { sha256: string };
  output: RowOutput;
}

/** The image rows of a column, scored once each, whoever asks first. */
export interface ColumnScores {
  /** Whether the row's scoring has begun in this process. */
  has(row: RequestedRow): boolean;
  score(row: RequestedRow): Promise<CorrelatedRow>;
}

/**
 * Answers a correlation row: every row of the run, with its conditions and its ground truth, in
 * `metadata.correlation`; an error when a single one has no score.
 */
export async function answerCorrelationRow(
  request: CorrelationRequest,
  repeatIndex: number,
  scores: ColumnScores,
  signal: AbortSignal | undefined,
): Promise<ProviderResponse> {
  await rowsToBegin(request, scores);
  const limit = pLimit(RESCORED_ROWS_AT_ONCE);
  const outcomes = await Promise.allSettled(
    request.rows.map((row) => limit(async () => withMos(await scores.score(row)))),
  );
  signal?.throwIfAborted();
  if (outcomes.some(({ status }) => status === 'rejected')) {
    return { error: describeFailures(request, outcomes) };
  }
  const scored = outcomes.flatMap((outcome) =>
    outcome.status === 'fulfilled' ? [outcome.value] : [],
  );
  const answer: CorrelationAnswer = {
    dataset: request.dataset,
    several: request.several,
    repeatIndex,
    // One column asks one prompt, so all its rows have one method.
    method: (scored[0] as CorrelatedRow).output.method,
    rows: scored.map(({ row, image, output }) => ({
      image: row.image,
      sha256: image.sha256,
      mos: row.mos,
      ...(row.group !== undefined && { group: row.group }),
      source: output.source,
      conditions: output.conditions,
    })),
  };
  return {
    output: `${request.dataset}: ${scored.length} images scored`,
    ...(await picturesOf(answer, request)),
    metadata: { correlation: answer, versions },
  };
}

/** The plot in the row's cell. Loaded when it is needed: a plotting library is much to load. */
async function picturesOf(
  answer: CorrelationAnswer,
  request: CorrelationRequest,
): Promise<Pick<ProviderResponse, 'images'>> {
  const { correlationPicture } = await import('../reports/plots/correlation-picture.ts');
  const plot = await correlationPicture(answer, request);
  return plot ? { images: [{ data: dataUri(plot), mimeType: plot.mimeType }] } : {};
}

/** A data set that has scores has one for every row, whatever other rows of its name declare. */
function withMos(scored: CorrelatedRow) {
  const { mos } = scored.row;
  if (mos === undefined) throw new Error('the row has no MOS, others of its data set have one');
  return { ...scored, row: { ...scored.row, mos } };
}

/**
 * Waits until promptfoo has begun the rows of this run, which it takes up before the correlation
 * row: so they make their own pictures. What a resumed run does not begin is not waited for long.
 */
async function rowsToBegin(request: CorrelationRequest, scores: ColumnScores): Promise<void> {
  const missing = () => request.rows.filter((row) => !scores.has(row)).length;
  for (let left = missing(), before = left + 1; left > 0 && left < before; left = missing()) {
    before = left;
    await setTimeout(ROW_START_WAIT_MS);
  }
}

function describeFailures(
  request: CorrelationRequest,
  outcomes: readonly PromiseSettledResult<unknown>[],
): string {
  const failed = outcomes.flatMap((outcome, index) =>
    outcome.status === 'rejected'
      ? [
          {
            image: String(request.rows[index]?.vars.image),
            reason: String(outcome.reason?.message ?? outcome.reason),
          },
        ]
      : [],
  );
  const named = failed
    .slice(0, FAILED_ROWS_NAMED)
    .map(({ image, reason }) => `${image} (${reason})`);
  const more = failed.length > named.length ? ` and ${failed.length - named.length} more` : '';
  return `${request.dataset}: no correlation, because ${failed.length} of ${request.rows.length} images have no score: ${named.join('; ')}${more}. Mend them and run again with --retry-errors`;
}
