/**
 * Loaded with `--import` into the process that is measured. At its end it writes its figures to the file
 * that IQA_BENCH_PROBE names.
 */
import { subscribe } from 'node:diagnostics_channel';
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

export interface ProbeFigures {
  cpuMs: number;
  peakMemoryMb: number;
  /** 99th percentile of the event loop's delay from the first request to the last reply; null without one. */
  delayP99Ms: number | null;
  delayMaxMs: number | null;
}

const RESOLUTION_MS = 10;

const file = process.env.IQA_BENCH_PROBE;
if (file && isMainThread) {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  let asked = false;
  subscribe('undici:request:create', () => {
    // Loading modules blocks the loop, and is not what is measured.
    if (!asked) delay.reset();
    asked = true;
  });
  const ms = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
  let delays: Pick<ProbeFigures, 'delayP99Ms' | 'delayMaxMs'> = {
    delayP99Ms: null,
    delayMaxMs: null,
  };
  subscribe('undici:request:headers', () => {
    delays = { delayP99Ms: ms(delay.percentile(99)), delayMaxMs: ms(delay.max) };
  });
  process.on('exit', () => {
    const { user, system } = process.cpuUsage();
    const figures: ProbeFigures = {
      cpuMs: (user + system) / 1000,
      peakMemoryMb: process.resourceUsage().maxRSS / 1024,
      ...delays,
    };
    writeFileSync(file, JSON.stringify(figures));
  });
}
