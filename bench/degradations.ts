/**
 * Speed of the degradations on one thread: `node bench/degradations.ts [size ...]`, sizes as 512x384.
 * Random numbers included. WebAssembly beside plain TypeScript, the reference implementation (numpy,
 * scipy, OpenCV, the paper's four together, measured once) and a plain copy of the same buffer in the
 * same run. Medians of wall time; on a busy machine the time on the processor, a mean, says more.
 */
import { degrade } from '../src/degradations/index.ts';
import { fog } from '../test/degradations/reference/fog.ts';
import { saturate } from '../test/degradations/reference/saturate.ts';
import { spatter } from '../test/degradations/reference/spatter.ts';
import { zoomBlur } from '../test/degradations/reference/zoom-blur.ts';
import { photographLike } from './photograph-like.ts';

const REFERENCE_MS: Record<string, number> = {
  '512x384': 312,
  '1024x768': 1456,
  '4000x3000': 28958,
};
const PAPER = [
  ['zoom_blur', 3, zoomBlur],
  ['spatter', 3, spatter],
  ['saturate', 3, saturate],
  ['fog', 4, fog],
] as const;

interface Times {
  medianMs: number;
  /** Mean time of this thread on the processor. */
  cpuMs: number;
}

const threadCpuMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

/** Runs for `budgetMs`, at least three times, after as long a time to warm up (at most 1 s). */
function time(run: () => unknown, budgetMs: number): Times {
  const warm = performance.now() + Math.min(1000, budgetMs);
  do run();
  while (performance.now() < warm);
  const times: number[] = [];
  const cpu = threadCpuMs();
  const end = performance.now() + budgetMs;
  do {
    const start = performance.now();
    run();
    times.push(performance.now() - start);
  } while (performance.now() < end || times.length < 3);
  const cpuMs = (threadCpuMs() - cpu) / times.length;
  times.sort((a, b) => a - b);
  return { medianMs: times[Math.floor(times.length / 2)]!, cpuMs };
}

function print(label: string, { medianMs, cpuMs }: Times, copy: Times, reference?: number): void {
  const ratio = reference
    ? `   reference ${reference} ms: ${(reference / medianMs).toFixed(1)} times faster (by processor time ${(reference / cpuMs).toFixed(1)})`
    : '';
  console.log(
    `  ${label.padEnd(24)}${medianMs.toFixed(1).padStart(9)} ms, on the processor ${cpuMs.toFixed(1).padStart(7)} ms${(medianMs / copy.medianMs).toFixed(0).padStart(7)} copies${ratio}`,
  );
}

const sizes = process.argv.slice(2).length > 0 ? process.argv.slice(2) : Object.keys(REFERENCE_MS);
for (const size of sizes) {
  const [width, height] = size.split('x').map(Number) as [number, number];
  const image = photographLike(width, height);
  const reference = REFERENCE_MS[size];
  console.log(`\n${size}, one thread`);
  const copy = time(() => Uint8Array.from(image.data), 300);
  print('copy', copy, copy);
  for (const [seed, [name, severity]] of PAPER.entries()) {
    print(
      `${name} ${severity}`,
      time(() => degrade(image, name, severity, { seed }), 2000),
      copy,
    );
  }
  const inWasm = () =>
    PAPER.map(([name, severity], seed) => degrade(image, name, severity, { seed }));
  print('the four', time(inWasm, 4000), copy, reference);
  const inTypeScript = () =>
    PAPER.map(([, severity, { apply }], seed) => apply(image, severity, seed));
  print('the four, TypeScript', time(inTypeScript, 4000), copy, reference);
}
