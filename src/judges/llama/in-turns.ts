import pLimit from 'p-limit';

/** Runs tasks, those with the same prefix one right after the other in one place. */
export type InTurns = <Result>(prefix: string, task: () => Promise<Result>) => Promise<Result>;

/**
 * Keeps a number of places busy. A task whose prefix is under way waits for that place and not for
 * another one: there the server has the prefix in its cache.
 *
 * @param places how many tasks run at once
 */
export function createInTurns(places: number): InTurns {
  const limit = pLimit(places);
  const waiting = new Map<string, (() => Promise<void>)[]>();
  const runAll = async (prefix: string, tasks: (() => Promise<void>)[]) => {
    for (let task = tasks.shift(); task; task = tasks.shift()) await task();
    waiting.delete(prefix);
  };
  return <Result>(prefix: string, task: () => Promise<Result>) => {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const run = () => task().then(resolve, reject);
    const tasks = waiting.get(prefix);
    if (tasks) {
      tasks.push(run);
    } else {
      const own = [run];
      waiting.set(prefix, own);
      void limit(() => runAll(prefix, own));
    }
    return promise;
  };
}
