import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type * as tasks from './pixel-worker.ts';

type Tasks = typeof tasks;

/** Runs pixel work on worker threads, so that other rows' network calls go on meanwhile. */
export interface PixelPool {
  run<Name extends keyof Tasks>(
    task: Name,
    args: Parameters<Tasks[Name]>[0],
    options?: { signal?: AbortSignal },
  ): Promise<Awaited<ReturnType<Tasks[Name]>>>;
  close(): Promise<void>;
}

/** The compiled package has `pixel-worker.js` beside `pixel-pool.js`. */
const WORKER_FILE = fileURLToPath(import.meta.url).replace(/pixel-pool(?=\.\w+$)/, 'pixel-worker');

/**
 * @param workerFile for tests
 * @returns a pool whose `run` rejects, and never takes the process down, when its threads cannot start
 */
export function createPixelPool(workerFile = WORKER_FILE): PixelPool {
  const pool = new Piscina({
    filename: workerFile,
    maxThreads: availableParallelism(),
    minThreads: 1,
    idleTimeout: 30_000,
  });
  let startUpFailure: Error | undefined;
  // Without a listener, a thread that fails outside a task would end the process.
  pool.on('error', (error: Error) => {
    startUpFailure = error;
  });
  return {
    async run(task, args, { signal } = {}) {
      if (startUpFailure) throw describe(startUpFailure, workerFile);
      return pool.run(args, { name: task, ...(signal && { signal }) });
    },
    close: () => pool.destroy(),
  };
}

const describe = (cause: Error, workerFile: string): Error =>
  new Error(`the worker threads for pixel work could not start (${workerFile}: ${cause.message})`, {
    cause,
  });

let shared: PixelPool | undefined;

/** The pool of this process, started on first use: columns of a matrix share its threads. */
export function sharedPixelPool(): PixelPool {
  shared ??= createPixelPool();
  return shared;
}

/** Ends the threads of the shared pool; the next use starts new ones. */
export async function closeSharedPixelPool(): Promise<void> {
  const closing = shared;
  shared = undefined;
  await closing?.close();
}
