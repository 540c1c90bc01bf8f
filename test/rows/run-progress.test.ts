import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type AnsweredRow, createRunProgress } from '../../src/rows/run-progress.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A run whose rows are answered one after another, `msEach` apart, in the order of promptfoo. */
function follow(
  expected: { images: number; columns: number } | undefined,
  options: {
    msEach: number | ((index: number) => number);
    answers: number;
    everyMs?: number;
    repeat?: number;
  },
  own: (index: number) => Partial<AnsweredRow> = () => ({}),
): string[] {
  const lines: string[] = [];
  const progress = createRunProgress({
    tell: (line) => lines.push(line),
    everyMs: options.everyMs ?? MINUTE,
  });
  const { columns = 1 } = expected ?? {};
  const { repeat = 1 } = options;
  progress.expect(expected);
  for (let index = 0; index < options.answers; index++) {
    progress.begin('eval-1');
    const { msEach } = options;
    vi.advanceTimersByTime(typeof msEach === 'number' ? msEach : msEach(index));
    const row = Math.floor(index / columns);
    progress.end({
      row,
      repeatIndex: row % repeat,
      image: `/photos/${row}.jpg`,
      column: `judge, prompt ${index % columns}`,
      paidUsd: 0,
      failed: false,
      ...own(index),
    });
  }
  return lines;
}

describe("a run's progress", () => {
  it('is told once a minute: images, time left, cost, and the last image and column by their names', () => {
    // One answer in ten seconds, two columns: an image in twenty; six answers in the first minute, all but
    // the last of them told.
    const lines = follow({ images: 30, columns: 2 }, { msEach: 10 * SECOND, answers: 60 }, () => ({
      paidUsd: 0.02,
    }));
    expect(lines).toHaveLength(10);
    expect(lines[0]).toBe(
      'progress: 2 of 30 images in 2 columns, about 11 min left, $0.10 so far, last 2.jpg by judge, prompt 0',
    );
    expect(lines[4]).toBe(
      'progress: 14 of 30 images in 2 columns, about 5 min left, $0.58 so far, last 14.jpg by judge, prompt 0',
    );
  });

  it('is less than a minute where it is', () => {
    const lines = follow({ images: 10, columns: 1 }, { msEach: 7 * SECOND, answers: 10 });
    expect(lines).toEqual([
      'progress: 8 of 10 images, less than a minute left, last 7.jpg by judge, prompt 0',
    ]);
  });

  it('is not told of a run that ends within a minute', () => {
    expect(
      follow({ images: 50, columns: 1 }, { msEach: SECOND, answers: 50, everyMs: 10 * SECOND }),
    ).toEqual([]);
  });

  it('is told early of one that will take longer', () => {
    const options = { msEach: SECOND, answers: 30, everyMs: 15 * SECOND };
    expect(follow({ images: 1000, columns: 1 }, options)[0]).toMatch(/about 18 min left/);
  });

  it('goes by the pace of the last minutes: an earlier run has bought the first half', () => {
    const msEach = (index: number) => (index < 1000 ? 1 : 6 * SECOND);
    const lines = follow({ images: 2000, columns: 1 }, { msEach, answers: 1100 });
    // Nine minutes after the first half 90 more are answered, and 910 are left, 6 s each.
    expect(lines[8]).toMatch(/^progress: 1089 of 2000 images, about 91 min left/);
  });

  it('counts errors, and says that a price is unknown', () => {
    const [line] = follow(
      { images: 20, columns: 1 },
      { msEach: 10 * SECOND, answers: 20 },
      (i) => ({
        paidUsd: i === 1 ? null : 0.5,
        failed: i === 1,
      }),
    );
    expect(line).toMatch(/1 in error, .*\$2\.00 so far and what has no known price/);
  });

  it('counts an image once, however often it is repeated', () => {
    const [line] = follow(
      { images: 10, columns: 1 },
      { msEach: 10 * SECOND, answers: 20, repeat: 2 },
    );
    expect(line).toMatch(/^progress: 2 of 10 images, about 3 min left/);
  });

  it('has no total where an evaluation goes on', () => {
    const [line] = follow(undefined, { msEach: 10 * SECOND, answers: 10 });
    expect(line).toBe('progress: 5 answers, last 4.jpg by judge, prompt 0');
  });

  it('is silent while no row is under way, and starts anew with another evaluation', () => {
    const lines: string[] = [];
    const progress = createRunProgress({ tell: (line) => lines.push(line), everyMs: MINUTE });
    const answered = {
      row: 0,
      repeatIndex: 0,
      image: 'a.jpg',
      column: 'c',
      paidUsd: 1,
      failed: false,
    };
    progress.expect({ images: 5, columns: 1 });
    progress.begin('eval-1');
    progress.end(answered);
    vi.advanceTimersByTime(10 * MINUTE);
    expect(lines).toEqual([]);
    progress.begin('eval-2');
    vi.advanceTimersByTime(MINUTE);
    expect(lines).toEqual(['progress: 0 of 5 images']);
  });
});
