/**
 * Speed of the degradations on one thread: `node bench/degradations.ts [size ...]`, sizes as 512x384.
 * Random numbers included. Medians beside the reference implementation (numpy, scipy, OpenCV, the
 * paper's four together, measured once) and a plain copy of the same buffer in the same run.
 */
import { degrade } from '../providers/degradations/index.ts';
import type { RawImage } from '../providers/images/raw-image.ts';

const REFERENCE_MS: Record<string, number> = {
  '512x384': 312,
  '1024x768': 1456,
  '4000x3000': 28958,
};
const PAPER = [
  ['zoom_blur', 3],
  ['spatter', 3],
  ['saturate', 3],
  ['fog', 4],
] as const;

/** Smooth colours, edges and grain, as a photograph has them. */
function photographLike(width: number, height: number): RawImage {
  const data = new Uint8Array(width * height * 3);
  let state = 1;
  let i = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const wave = 90 * Math.sin((9 * x) / width + 1) * Math.cos((7 * y) / height);
      const edge = (x * 13 + y * 7) % (width / 3) < width / 9 ? 40 : 0;
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const grain = (state >>> 24) / 16;
      for (let c = 0; c < 3; c++)
        data[i++] = Math.min(255, Math.max(0, 100 + wave * (1 - 0.3 * c) + edge + grain));
    }
  }
  return { data, width, height };
}

function medianMs(run: () => unknown, budgetMs: number): number {
  run();
  const times: number[] = [];
  const end = performance.now() + budgetMs;
  do {
    const start = performance.now();
    run();
    times.push(performance.now() - start);
  } while (performance.now() < end || times.length < 3);
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length / 2)] as number;
}

const sizes = process.argv.slice(2).length > 0 ? process.argv.slice(2) : Object.keys(REFERENCE_MS);
for (const size of sizes) {
  const [width, height] = size.split('x').map(Number) as [number, number];
  const image = photographLike(width, height);
  const copyMs = medianMs(() => Uint8Array.from(image.data), 200);
  const all = PAPER.map(([name, severity], seed) => {
    const ms = medianMs(() => degrade(image, name, severity, { seed }), 1500);
    return { label: `${name} ${severity}`, ms };
  });
  const together = medianMs(
    () => PAPER.map(([name, severity], seed) => degrade(image, name, severity, { seed })),
    3000,
  );
  const reference = REFERENCE_MS[size];
  console.log(`\n${size}, one thread, median`);
  for (const { label, ms } of [{ label: 'copy', ms: copyMs }, ...all]) {
    console.log(
      `  ${label.padEnd(14)}${ms.toFixed(1).padStart(9)} ms  ${(ms / copyMs).toFixed(0).padStart(6)} copies`,
    );
  }
  const ratio = reference
    ? `, reference ${reference} ms: ${(reference / together).toFixed(1)} times faster`
    : '';
  console.log(
    `  ${'the four'.padEnd(14)}${together.toFixed(1).padStart(9)} ms  ${(together / copyMs).toFixed(0).padStart(6)} copies${ratio}`,
  );
}
