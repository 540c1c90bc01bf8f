/**
 * How late the main thread's timers get while images are worked on: `node bench/event-loop.ts [rows]
 * [width]x[height]`. Rows are rated at once, as by `promptfoo eval -j <rows>`, debiased, by the
 * embedded judge at full size; a 10 ms timer runs beside them. Printed beside the same timer idle.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import DebiasedProvider from '../providers/debiased.ts';

const TIMER_MS = 10;
const rows = Number(process.argv[2] ?? 8);
const [width, height] = (process.argv[3] ?? '4000x3000').split('x').map(Number) as [number, number];

/** Lateness of each tick of a 10 ms timer while `work` goes on, in ms. */
async function lateness(work: () => Promise<unknown>): Promise<number[]> {
  const late: number[] = [];
  let due = performance.now() + TIMER_MS;
  let timer: NodeJS.Timeout;
  const tick = () => {
    late.push(performance.now() - due);
    due = performance.now() + TIMER_MS;
    timer = setTimeout(tick, TIMER_MS);
  };
  timer = setTimeout(tick, TIMER_MS);
  await work();
  clearTimeout(timer);
  return late.sort((a, b) => a - b);
}

function report(name: string, late: number[], seconds: number): void {
  const at = (share: number) => late[Math.floor(share * (late.length - 1))]!.toFixed(1);
  console.log(
    `${name.padEnd(28)}${seconds.toFixed(1).padStart(6)} s   late: median ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms`,
  );
}

const folder = await mkdtemp(join(tmpdir(), 'iqa-event-loop-'));
try {
  const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const;
  const create = { width, height, channels: 3, noise, background: '#808080' } as const;
  await Promise.all(
    Array.from({ length: rows }, async (_, i) => {
      const bytes = await sharp({ create })
        .blur(1.5 + i / 4)
        .jpeg({ quality: 92 })
        .toBuffer();
      await writeFile(join(folder, `${i}.jpg`), bytes);
    }),
  );
  const prompt = JSON.stringify({
    condition: 'degraded',
    quality: { content: 'Good or poor?', choices: { good: 1, poor: 0 } },
  });
  const provider = new DebiasedProvider({ config: { judge: 'statistical' } });
  const rateAll = () =>
    Promise.all(
      Array.from({ length: rows }, async (_, i) => {
        const vars = { image: join(folder, `${i}.jpg`), mos: i };
        const context = {
          vars,
          prompt: { raw: prompt, label: 'bench' },
          testIdx: i,
          repeatIndex: 0,
        };
        const { error } = await provider.callApi(prompt, context);
        if (error) throw new Error(error);
      }),
    );
  report('idle', await lateness(() => new Promise((resolve) => setTimeout(resolve, 3000))), 3);
  const start = performance.now();
  const late = await lateness(rateAll);
  report(`${rows} rows of ${width}x${height}`, late, (performance.now() - start) / 1000);
  console.log(`peak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);
  await provider.cleanup();
} finally {
  await rm(folder, { recursive: true });
}
