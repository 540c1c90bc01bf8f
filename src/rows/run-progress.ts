import { basename } from 'node:path';

/** What a run will rate, as the extension sees it. */
export interface Expected {
  images: number;
  columns: number;
}

/** An image row that a column has answered. */
export interface AnsweredRow {
  /** Of the run: every column answers a row of this number. */
  row: number;
  repeatIndex: number;
  /** Path or address. */
  image: string;
  /** Provider and prompt. */
  column: string;
  /** What this evaluation has paid for the row; null where a price is unknown. */
  paidUsd: number | null;
  failed: boolean;
}

/** How far a run is, over all of its columns, told in a line now and then while rows are under way. */
export interface RunProgress {
  /** Left out where the number of rows is not known, as when an evaluation goes on. */
  expect(expected: Expected | undefined): void;
  /** A row is under way. @param evaluation another one starts the count anew */
  begin(evaluation: string | undefined): void;
  end(answered: AnsweredRow): void;
}

/** Where the lines go. */
export interface ProgressOutput {
  tell(line: string): void;
  /** Milliseconds between two lines. */
  everyMs: number;
}

/** A run that takes no longer is not told about. */
const LONG_RUN_MS = 60_000;

/** The pace is that of the last minutes: answers that an earlier run has bought come at once, and first. */
const PACE_OVER_MS = 300_000;

/** Clock and timers are those of the process, so that tests may replace them. */
export function createRunProgress({ tell, everyMs }: ProgressOutput): RunProgress {
  let expected: Expected | undefined;
  let run = newRun(undefined);
  let timer: NodeJS.Timeout | undefined;

  const stop = () => {
    clearInterval(timer);
    timer = undefined;
  };
  const look = () => {
    if (run.underWay === 0) return;
    const now = Date.now();
    const left = timeLeft(run, expected, now);
    run.marks.push({ at: now, answers: run.answers });
    if (now - run.beganAt + (left ?? LONG_RUN_MS) < LONG_RUN_MS) return;
    tell(describe(run, expected, left));
  };
  return {
    expect(given) {
      expected = given;
    },
    begin(evaluation) {
      if (run.evaluation !== evaluation || run.beganAt === 0) {
        stop();
        run = { ...newRun(evaluation), beganAt: Date.now() };
        run.marks.push({ at: run.beganAt, answers: 0 });
      }
      run.underWay += 1;
      if (timer !== undefined) return;
      timer = setInterval(look, everyMs);
      // A run that ends does not wait for its progress.
      timer.unref();
    },
    end(answered) {
      run.underWay -= 1;
      run.answers += 1;
      run.last = answered;
      run.failed += answered.failed ? 1 : 0;
      run.repetitions = Math.max(run.repetitions, answered.repeatIndex + 1);
      run.byRow.set(answered.row, (run.byRow.get(answered.row) ?? 0) + 1);
      if (answered.paidUsd === null) run.hasUnpriced = true;
      else run.paidUsd += answered.paidUsd;
      if (run.underWay === 0 && run.answers >= (total(run, expected) ?? Number.POSITIVE_INFINITY)) {
        stop();
      }
    },
  };
}

const newRun = (evaluation: string | undefined) => ({
  evaluation,
  beganAt: 0,
  underWay: 0,
  /** Rows that are answered, one an image, column and repetition. */
  answers: 0,
  failed: 0,
  byRow: new Map<number, number>(),
  repetitions: 1,
  paidUsd: 0,
  hasUnpriced: false,
  last: undefined as AnsweredRow | undefined,
  marks: [] as { at: number; answers: number }[],
});
type Run = ReturnType<typeof newRun>;

/** promptfoo repeats a row right after it, so the first rows say how often. */
const total = (run: Run, expected: Expected | undefined): number | undefined =>
  expected && expected.images * expected.columns * run.repetitions;

/** Milliseconds; undefined where the total or the pace is unknown. */
function timeLeft(run: Run, expected: Expected | undefined, now: number): number | undefined {
  const all = total(run, expected);
  const from = run.marks.find(({ at }) => now - at <= PACE_OVER_MS);
  if (all === undefined || from === undefined || run.answers === from.answers) return undefined;
  return (Math.max(0, all - run.answers) * (now - from.at)) / (run.answers - from.answers);
}

function describe(run: Run, expected: Expected | undefined, left: number | undefined): string {
  const { last, failed, answers } = run;
  const done = expected
    ? `${imagesDone(run, expected)} of ${expected.images} images${expected.columns > 1 ? ` in ${expected.columns} columns` : ''}`
    : `${answers} ${answers === 1 ? 'answer' : 'answers'}`;
  return [
    `progress: ${done}`,
    ...(failed > 0 ? [`${failed} in error`] : []),
    ...(left === undefined ? [] : [`${duration(left)} left`]),
    ...costSoFar(run),
    ...(last ? [`last ${basename(last.image)} by ${last.column}`] : []),
  ].join(', ');
}

/** Those that every column has answered, in every repetition. */
const imagesDone = ({ byRow, repetitions }: Run, { columns }: Expected): number =>
  Math.floor([...byRow.values()].filter((count) => count >= columns).length / repetitions);

function costSoFar({ paidUsd, hasUnpriced }: Run): string[] {
  if (hasUnpriced) return [`$${paidUsd.toFixed(2)} so far and what has no known price`];
  return paidUsd > 0 ? [`$${paidUsd.toFixed(2)} so far`] : [];
}

function duration(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return 'less than a minute';
  if (minutes < 120) return `about ${minutes} min`;
  return `about ${(minutes / 60).toFixed(1)} h`;
}

const IN_TERMINAL_MS = 30_000;
const IN_LOG_MS = 60_000;

/** The one of this process, on stderr: above promptfoo's bar in a terminal, a line a minute in a log. */
export const runProgress: RunProgress = createRunProgress({
  tell: (line) => process.stderr.write(`${process.stderr.isTTY ? '\r\u001b[2K' : ''}${line}\n`),
  everyMs: process.stderr.isTTY ? IN_TERMINAL_MS : IN_LOG_MS,
});
