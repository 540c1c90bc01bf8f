import pLimit from 'p-limit';
import type { ProviderResponse } from 'promptfoo';
import { nameSome } from '../common/name-some.ts';
import { versions } from '../common/versions.ts';
import { withoutSecrets } from '../common/without-secrets.ts';
import { rowsToBegin } from '../harness/rows-to-begin.ts';
import { dataUri } from '../images/data-uri.ts';
import type { EncodedImage } from '../images/encode.ts';
import { imageName } from '../images/image-name.ts';
import type { Answer } from '../judges/answer.ts';
import { isDebiased, type RowOutput } from '../method/row-output.ts';
import { isBelowCoverage } from '../statistics/coverage.ts';
import { unitsOfImages } from '../statistics/units.ts';
import { type Asked, whoAnswered } from './asked.ts';
import type { CorrelationAnswer, CorrelationRequest } from './correlation-row.ts';
import { type Ratings, standardErrorOf } from './ratings.ts';
import type { RowInput } from './row-input.ts';

/** Rows that a correlation row scores at once when a resumed run has not scored them itself. */
const RESCORED_ROWS_AT_ONCE = 4;

type RequestedRow = CorrelationRequest['rows'][number];

/** What a correlation row needs of a scored image row. */
export interface CorrelatedRow {
  row: RowInput;
  /** Of its prompt, as `levelsOfPrompt`. */
  levels: number[] | undefined;
  image: { sha256: string };
  output: RowOutput;
  answers: readonly Pick<
    Answer,
    'source' | 'samples' | 'asked' | 'model' | 'reused' | 'boughtAt'
  >[];
}

/** The image rows of a column, scored once each, whoever asks first. */
export interface ColumnScores {
  /** Whether the row's scoring has begun in this process. */
  has(row: RequestedRow): boolean;
  score(row: RequestedRow): Promise<CorrelatedRow>;
}

/** The column that a correlation row stands in. */
export interface CorrelatedColumn extends ColumnScores {
  repeatIndex: number;
  asked: Pick<Asked, 'conditions' | 'seed' | 'sent' | 'prompt'>;
  /** Draws scores against ground truth for the row's cell; undefined where there is no correlation. */
  draw(answer: CorrelationAnswer, request: CorrelationRequest): Promise<EncodedImage | undefined>;
}

/**
 * Answers a correlation row: every row of the run, with its conditions and its ground truth, in
 * `metadata.correlation`; an error when the rows are no single data set, when some have a group and
 * others none, or when fewer than `minCoverage` asks for have a score.
 */
export async function answerCorrelationRow(
  request: CorrelationRequest,
  { repeatIndex, asked, draw, ...scores }: CorrelatedColumn,
  signal: AbortSignal | undefined,
): Promise<ProviderResponse> {
  if (request.problem !== undefined) {
    return { error: `${request.dataset}: no correlation, because ${request.problem}` };
  }
  // So they make their own pictures.
  await rowsToBegin(() => request.rows.filter((row) => !scores.has(row)).length);
  const limit = pLimit(RESCORED_ROWS_AT_ONCE);
  const outcomes = await Promise.allSettled(
    request.rows.map((row) =>
      limit(async () => ({ ...withMos(await scores.score(row)), ratings: row.ratings })),
    ),
  );
  signal?.throwIfAborted();
  const scored = outcomes.flatMap((outcome) =>
    outcome.status === 'fulfilled' ? [outcome.value] : [],
  );
  const missing = outcomes.flatMap((outcome, index) =>
    outcome.status === 'rejected'
      ? [
          {
            image: imageName(String(request.rows[index]?.vars.image)),
            reason: withoutSecrets(String(outcome.reason?.message ?? outcome.reason)),
          },
        ]
      : [],
  );
  if (isBelowCoverage(scored.length, request.rows.length, request.minCoverage)) {
    return { error: describeFailures(request, missing) };
  }
  const correlated = scored.filter(({ output }) => !output.isAnchor);
  const answer: CorrelationAnswer = {
    dataset: request.dataset,
    several: request.several,
    repeatIndex,
    // One column asks one prompt, so all its rows have one method.
    ...(scored[0] && { method: scored[0].output.method }),
    rows: correlated.map(({ row, image, output, ratings }) => ({
      image: imageName(row.image),
      sha256: image.sha256,
      mos: row.mos,
      ...(row.group !== undefined && { group: row.group }),
      ...errorOf(ratings),
      source: output.source,
      conditions: output.conditions,
    })),
    ...levelsOf(scored),
    ...scaleOf(request),
    missing,
    anchors: scored.flatMap(({ row, output }) => (output.isAnchor ? [imageName(row.image)] : [])),
    ...noticeOf(scored),
    ...reusedSince(scored),
    asked: {
      ...asked,
      conditions: scored.some(({ output }) => isDebiased(output.method)) ? asked.conditions : [],
      ...whoAnswered(scored.flatMap(({ answers }) => answers)),
    },
  };
  const { problem } = unitsOfImages(answer.rows);
  if (problem !== undefined && answer.method !== 'prior') {
    return { error: `${request.dataset}: no correlation, because ${problem}` };
  }
  const anchors =
    answer.anchors.length === 0
      ? ''
      : `; ${answer.anchors.length} may be anchors and take no part in the correlation`;
  const leftOut = `${missing.length === 0 ? '' : `; left out: ${nameMissing(missing)}`}${anchors}`;
  const plot = await draw(answer, request);
  return {
    output: `${request.dataset}: ${scored.length} of ${request.rows.length} images scored${leftOut}`,
    ...(plot && { images: [{ data: dataUri(plot), mimeType: plot.mimeType }] }),
    metadata: { correlation: answer, versions },
  };
}

function errorOf(ratings: Ratings | undefined) {
  const standardError = standardErrorOf(ratings);
  return standardError === undefined ? {} : { standardError };
}

/** One column asks one prompt, unless what a row's var says changes it. */
function levelsOf(scored: readonly CorrelatedRow[]): Pick<CorrelationAnswer, 'levels'> {
  const levels = sameOf(scored.map((row) => row.levels));
  return levels ? { levels } : {};
}

function scaleOf({ rows }: CorrelationRequest): Pick<CorrelationAnswer, 'scale'> {
  const scale = sameOf(rows.map(({ ratings }) => ratings?.scale));
  return scale ? { scale } : {};
}

/** What all have in common; undefined where one differs or has none. */
function sameOf<Value>(values: readonly (Value | undefined)[]): Value | undefined {
  const [first] = values;
  return values.every((value) => JSON.stringify(value) === JSON.stringify(first))
    ? first
    : undefined;
}

function noticeOf(scored: readonly CorrelatedRow[]): Pick<CorrelationAnswer, 'notice'> {
  const notice = scored.find(({ output }) => output.notice !== undefined)?.output.notice;
  return notice === undefined ? {} : { notice };
}

/** When the answers were bought, where all of them are an earlier evaluation's. */
function reusedSince(scored: readonly CorrelatedRow[]): Pick<CorrelationAnswer, 'reused'> {
  const answers = scored.flatMap((row) => row.answers);
  const times = answers
    .flatMap(({ reused, boughtAt }) => (reused && boughtAt !== undefined ? [boughtAt] : []))
    .sort();
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined || times.length < answers.length) return {};
  return { reused: { first, last } };
}

/** A data set that has scores has one for every row, whatever other rows of its name declare. */
function withMos(scored: CorrelatedRow) {
  const { mos } = scored.row;
  if (mos === undefined) throw new Error('the row has no MOS, others of its data set have one');
  return { ...scored, row: { ...scored.row, mos } };
}

function describeFailures(
  { dataset, rows, minCoverage }: CorrelationRequest,
  missing: CorrelationAnswer['missing'],
): string {
  const allowed = minCoverage === 1 ? '' : `, more than minCoverage ${minCoverage} allows`;
  return `${dataset}: no correlation, because ${missing.length} of ${rows.length} images have no score${allowed}: ${nameMissing(missing)}. Mend them and run again, which buys no answer twice`;
}

const nameMissing = (missing: CorrelationAnswer['missing']): string =>
  nameSome(
    missing.map(({ image, reason }) => `${image} (${reason})`),
    '; ',
  );
