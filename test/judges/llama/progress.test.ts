import { describe, expect, it } from 'vitest';
import { createProgress } from '../../../providers/judges/llama/progress.ts';

const START_MS = new Date('2026-03-01T14:00:00').getTime();

function run() {
  const lines: string[] = [];
  let time = START_MS;
  const progress = createProgress(
    (line) => lines.push(line),
    () => time,
  );
  /** Questions that end one after the other. */
  const answer = (count: number, secondsEach: number) => {
    for (let i = 0; i < count; i++) {
      time += secondsEach * 1000;
      progress.advance();
    }
  };
  return { lines, progress, answer };
}

describe('how far a run is', () => {
  it('is told by all columns together, with the time of a question and the end', () => {
    const { lines, progress, answer } = run();
    progress.plan(60);
    progress.plan(41);
    // The first takes a minute, since the model is read in: it counts for nothing.
    answer(1, 60);
    answer(10, 3);
    // 11 are done at 14:01:30; 90 more at 3 s each are done at 14:06.
    expect(lines).toEqual(['11 of 101 questions, 3.0 s each, done at about 14:06']);
  });

  it('is told at most every 30 s, and not where it is done by then', () => {
    const { lines, progress, answer } = run();
    progress.plan(1000);
    answer(1, 0);
    answer(299, 1);
    expect(lines).toHaveLength(9);
    const short = run();
    short.progress.plan(5);
    short.answer(5, 5);
    expect(short.lines).toEqual([]);
  });

  it('names the day where that is another one', () => {
    const lines: string[] = [];
    let time = Date.now();
    const progress = createProgress(
      (line) => lines.push(line),
      () => time,
    );
    progress.plan(10_000);
    progress.advance();
    time += 60_000;
    progress.advance();
    const end = new Date(time + 9_998 * 60_000);
    expect(lines).toEqual([
      expect.stringMatching(
        new RegExp(`^2 of 10000 questions, 60 s each, done at about .* on ${end.toDateString()}$`),
      ),
    ]);
  });

  it('claims no end where more is asked than was planned', () => {
    const { lines, progress, answer } = run();
    progress.plan(3);
    answer(4, 20);
    expect(lines).toEqual(['3 questions, 20 s each']);
  });
});
