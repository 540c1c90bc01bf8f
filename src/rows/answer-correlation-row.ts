import { setTimeout } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { ProviderResponse } from 'promptfoo';
import { isBelowCoverage } from '../assertions/coverage.ts';
import { unitsOfImages } from '../assertions/units.ts';
import type { AnswerStore } from './answers/store.ts';
import type { Asked, CorrelationAnswer, CorrelationRequest } from './correlation-row.ts';
import { dataUri } from './images/data-uri.ts';
import { imageName } from './images/image-name.ts';
import type { Answer } from './judges/judge.ts';
import { withoutSecrets } from './judges/without-secrets.ts';
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
  asked: Pick<Asked, 'conditions' | 'seed' | 'prompt'>;
  /** Where the row's picture is kept, if it is. */
  store: AnswerStore | undefined;
}

/**
 * Answers a correlation row: every row of the run, with its conditions and its ground truth, in
 * `metadata.correlation`; an error when the rows are no single data set, when some have a group and
 * others none, or when fewer than `minCoverage` asks for have a score.
 */
export async function answerCorrelationRow(
  request: CorrelationRequest,
  { repeatIndex, asked, store, ...scores }: CorrelatedColumn,
  signal: AbortSignal | undefined,
): Promise<ProviderResponse> {
  if (request.problem !== undefined) {
    return { error: `${request.dataset}: no correlation, because ${request.problem}` };
  }
  await rowsToBegin(request, scores);
  const limit = pLimit(RESCORED_ROWS_AT_ONCE);
  const outcomes = await Promise.allSettled(
    request.rows.map((row) => limit(async () => withMos(await scores.score(row)))),
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
  const answer: CorrelationAnswer = {
    dataset: request.dataset,
    several: request.several,
    repeatIndex,
    // One column asks one prompt, so all its rows have one method.
    ...(scored[0] && { method: scored[0].output.method }),
    rows: scored.map(({ row, image, output }) => ({
      image: imageName(row.image),
      sha256: image.sha256,
      mos: row.mos,
      ...(row.group !== undefined && { group: row.group }),
      source: output.source,
      conditions: output.conditions,
    })),
    missing,
    ...reusedSince(scored),
    asked: {
      ...asked,
      conditions: scored.some(({ output }) => output.method === 'debiased') ? asked.conditions : [],
      ...whoAnswered(scored),
    },
  };
  const { problem } = unitsOfImages(answer.rows);
  if (problem !== undefined && answer.method !== 'prior') {
    return { error: `${request.dataset}: no correlation, because ${problem}` };
  }
  const leftOut = missing.length === 0 ? '' : `; left out: ${nameSome(missing)}`;
  return {
    output: `${request.dataset}: ${scored.length} of ${request.rows.length} images scored${leftOut}`,
    ...(await picturesOf(answer, request, store)),
    metadata: { correlation: answer, versions },
  };
}

/** The plot in the row's cell. The modules are loaded when they are needed. */
async function picturesOf(
  answer: CorrelationAnswer,
  request: CorrelationRequest,
  store: AnswerStore | undefined,
): Promise<Pick<ProviderResponse, 'images'>> {
  const { correlationPicture } = await import('../reports/plots/correlation-picture.ts');
  const plot = await correlationPicture(answer, request, store);
  return plot ? { images: [{ data: dataUri(plot), mimeType: plot.mimeType }] } : {};
}

function whoAnswered(scored: readonly CorrelatedRow[]): Pick<Asked, 'sources' | 'models'> {
  const answers = scored.flatMap((row) => row.answers);
  const sources = answers.map(({ source, samples, asked }) =>
    samples === undefined ? source : `${source} (${asked?.samples ?? samples})`,
  );
  return {
    sources: [...new Set(sources)].sort(),
    models: [...new Set(answers.map(({ model }) => model))].sort(),
  };
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
  { dataset, rows, minCoverage }: CorrelationRequest,
  missing: CorrelationAnswer['missing'],
): string {
  const allowed = minCoverage === 1 ? '' : `, more than minCoverage ${minCoverage} allows`;
  return `${dataset}: no correlation, because ${missing.length} of ${rows.length} images have no score${allowed}: ${nameSome(missing)}. Mend them and run again, which buys no answer twice`;
}

function nameSome(missing: CorrelationAnswer['missing']): string {
  const named = missing
    .slice(0, FAILED_ROWS_NAMED)
    .map(({ image, reason }) => `${image} (${reason})`);
  const more = missing.length > named.length ? ` and ${missing.length - named.length} more` : '';
  return `${named.join('; ')}${more}`;
}
