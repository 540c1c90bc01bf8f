import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { constants, getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPixelPool } from '../../src/method/pixel-pool.ts';
import { picture } from '../images/pictures.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-pool-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function poolOf(name: string, source: string) {
  const file = join(folder, name);
  await writeFile(file, source);
  return createPixelPool(pathToFileURL(file).href);
}

const encode = { image: picture(40, 40), format: 'png' } as const;

/** The nice values of this process' threads: the 19th field, the name in parentheses being the second. */
async function niceOfThreads(): Promise<number[]> {
  const threads = await readdir('/proc/self/task');
  const stats = await Promise.all(
    threads.map((thread) => readFile(`/proc/self/task/${thread}/stat`, 'utf8').catch(() => '')),
  );
  return stats
    .filter((stat) => stat !== '')
    .map((stat) => Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]));
}

describe('the pixel pool', () => {
  it.skipIf(process.platform !== 'linux')('gives way to the main thread', async () => {
    const before = getPriority();
    const belowNormal = constants.priority.PRIORITY_BELOW_NORMAL;
    await createPixelPool().run('encode', encode);
    expect(getPriority()).toBe(before);
    expect(await niceOfThreads()).toContain(Math.max(before, belowNormal));
  });

  it.each([
    ['is missing', 'export const x = 1;', 'gone.ts'],
    [
      'imports what does not exist',
      "import './nowhere.ts'; export const encode = () => 1;",
      undefined,
    ],
  ])('rejects when the worker file %s, again and again', async (_, source, other) => {
    const pool = other
      ? createPixelPool(pathToFileURL(join(folder, other)).href)
      : await poolOf('bad.ts', source);
    for (let attempt = 0; attempt < 3; attempt++) {
      await expect(pool.run('encode', encode)).rejects.toThrow(
        /worker threads for pixel work cannot start .*(gone|bad)\.ts/,
      );
    }
    await pool.close();
  });

  it('outlives a thread that dies', async () => {
    const pool = await poolOf(
      'dies.ts',
      'export const encode = (a) => a.image.width === 41 ? process.exit(3) : 7;',
    );
    await expect(pool.run('encode', { ...encode, image: picture(41, 40) })).rejects.toThrow(
      /exited/,
    );
    await expect(pool.run('encode', encode)).resolves.toBe(7);
    await pool.close();
  });

  it('runs the real tasks', async () => {
    const pool = createPixelPool();
    const encoded = await pool.run('encode', encode);
    const decoded = await pool.run('decode', {
      file: { name: 'x', bytes: encoded.bytes },
      maxInputPixels: 1e6,
    });
    expect(Buffer.from(decoded.data)).toEqual(Buffer.from(encode.image.data));
    await pool.close();
  });

  it('keeps no result alive', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const pool = createPixelPool();
    const results: WeakRef<object>[] = [];
    for (let i = 0; i < 20; i++) {
      results.push(new WeakRef(await pool.run('picture', { image: picture(400, 300) })));
      // A task after it, since the pool may hold on to the last one.
      await pool.run('encode', encode);
    }
    // A weak reference holds on until its turn of the event loop is over.
    await new Promise((resolve) => setTimeout(resolve));
    collectGarbage();
    expect(results.filter((result) => result.deref() !== undefined)).toHaveLength(0);
    await pool.close();
  });

  it('does not start what was aborted', async () => {
    const pool = createPixelPool();
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(pool.run('encode', encode, { signal })).rejects.toThrow('stopped');
    await pool.close();
  });
});
