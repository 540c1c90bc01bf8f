import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { ImageError } from '../images/image-error.ts';
import type * as tasks from './pixel-worker.ts';

type Tasks = typeof tasks;

/** Runs pixel work on worker threads, so that other rows' network calls go on meanwhile. */
export interface PixelPool {
  run<Name extends keyof Tasks>(
    task: Name,
    args: Parameters<Tasks[Name]>[0],
    options?: { signal?: AbortSignal | undefined },
  ): Promise<Awaited<ReturnType<Tasks[Name]>>>;
  close(): Promise<void>;
}

/** Compiled, `pixel-worker.js` lies beside `pixel-pool.js`; tsc does not rewrite `new URL('./x.ts')`. */
const WORKER_URL = import.meta.url.replace(/pixel-pool(?=\.\w+$)/, 'pixel-worker');

/**
 * @param workerUrl for tests
 * @returns a pool whose `run` rejects, and never hangs or takes the process down, when its threads
 *   cannot start
 */
export function createPixelPool(workerUrl = WORKER_URL): PixelPool {
  // The worker's file is named with each task and not here: piscina hangs on the tasks of threads
  // whose file cannot be loaded at their start.
  const pool = new Piscina({
    maxThreads: availableParallelism(),
    minThreads: 1,
    idleTimeout: 30_000,
  });
  let broken: Error | undefined;
  /** End the tasks under way. */
  const underWay = new Set<(error: Error) => void>();
  // Without a listener, a thread that fails outside a task would end the process.
  pool.on('error', (error: Error) => {
    broken ??= poolError(workerUrl, error);
    for (const reject of underWay) reject(broken);
  });
  return {
    async run(task, args, { signal } = {}) {
      signal?.throwIfAborted();
      if (broken) throw broken;
      const options = { name: task, filename: workerUrl, ...(signal && { signal }) };
      // Of its own: a promise that all tasks waited for would keep every result alive.
      const ended = Promise.withResolvers<never>();
      underWay.add(ended.reject);
      try {
        return await Promise.race([pool.run(args, options), ended.promise]);
      } catch (error) {
        signal?.throwIfAborted();
        throw isLoadFailure(error) ? poolError(workerUrl, error) : ImageError.fromThread(error);
      } finally {
        underWay.delete(ended.reject);
      }
    },
    close: () => pool.destroy(),
  };
}

/** Error codes do not survive the way between threads, so this goes by Node's messages. */
const isLoadFailure = (error: unknown): error is Error =>
  error instanceof Error &&
  (error instanceof SyntaxError || /^Cannot find (module|package) /.test(error.message));

const poolError = (workerUrl: string, cause: Error): Error =>
  new Error(
    `the worker threads for pixel work cannot start (${workerUrl}: ${cause.message}); install the package again, or report this`,
    { cause },
  );

let current: PixelPool | undefined;

/**
 * The pool of this process: columns of a matrix share its threads. They start on first use, and
 * again when it is used after `close`.
 */
export const sharedPixelPool: PixelPool = {
  run(task, args, options) {
    current ??= createPixelPool();
    return current.run(task, args, options);
  },
  async close() {
    const closing = current;
    current = undefined;
    await closing?.close();
  },
};
