import type { Scorer } from './scorer.ts';

/**
 * Scorers of this process that outlive one row, one for each configuration: rows share their judge, its limits and
 * its worker threads.
 */
const scorers = new Map<string, Scorer>();

/**
 * @param key the same for the same configuration
 * @param make what makes it, the first time and after `closeScorers`
 */
export function openScorer(key: string, make: () => Scorer): Scorer {
  const scorer = scorers.get(key) ?? make();
  scorers.set(key, scorer);
  return scorer;
}

/** Ends their worker threads and what their judges have started, such as a llama-server. */
export async function closeScorers(): Promise<void> {
  const open = [...scorers.values()];
  scorers.clear();
  await Promise.all(open.map((scorer) => scorer.close()));
}
