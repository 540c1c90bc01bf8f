import { afterEach, expect, it, vi } from 'vitest';
import { createProgress } from '../../cli/counter-line.ts';

const MINUTE = 60_000;

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it('is told once a minute in a log, and not at all of what is done sooner', () => {
  vi.useFakeTimers();
  const lines: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  expect(process.stderr.isTTY).toBeFalsy();
  const short = createProgress('images', 2);
  vi.advanceTimersByTime(MINUTE - 1);
  short.end();
  const long = createProgress('images', 90);
  for (let second = 0; second < 150; second += 2) {
    vi.advanceTimersByTime(2000);
    long.advance();
  }
  long.end();
  vi.advanceTimersByTime(5 * MINUTE);
  expect(lines).toEqual(['progress: 29 of 90 images\n', 'progress: 59 of 90 images\n']);
});
