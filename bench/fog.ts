/**
 * Time and memory that fog takes: `node bench/fog.ts [size ...]`, sizes as 4000x3000. Each size is made in
 * a process of its own, whose largest memory is printed beside what a process needs that makes none.
 */
import { execFileSync } from 'node:child_process';
import { degrade } from '../src/degradations/index.ts';

const [first, ...sizes] = process.argv.slice(2);
if (first === 'make') {
  const [width, height] = sizes[0]!.split('x').map(Number) as [number, number];
  const data = new Uint8Array(width * height * 3).fill(90);
  if (width > 32) degrade({ data, width, height }, 'fog', 4, { seed: 3 });
  const { user, system } = process.cpuUsage();
  console.log(JSON.stringify([(user + system) / 1e6, process.resourceUsage().maxRSS / 1024]));
} else {
  const measure = (size: string): [number, number] =>
    JSON.parse(
      execFileSync(process.execPath, [process.argv[1]!, 'make', size], {
        encoding: 'utf8',
      }),
    );
  const [baseSeconds, baseMb] = measure('32x32');
  for (const size of first ? [first, ...sizes] : ['4000x3000', '16000x750', '65500x40']) {
    const [seconds, mb] = measure(size);
    console.log(
      `${size.padEnd(10)} ${(seconds - baseSeconds).toFixed(1).padStart(5)} s on the processor, ${(mb - baseMb).toFixed(0)} MB (2^20 bytes) more than without`,
    );
  }
}
