/** Clocks differ: a batch may seem to be older than the moment in which it was submitted. */
export const CLOCK_SKEW_MS = 600_000;

/** As much where a label tells the batch and its age only ends the search, so that a clock may be a day ahead. */
export const LABELLED_SKEW_MS = 86_400_000;

/** A moment of this machine's clock by that of the server which has just sent these headers, where they tell it. */
export function byServersClock(ms: number, headers: Pick<Headers, 'get'>): number {
  const serversMs = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(serversMs) ? ms : ms + serversMs - Date.now();
}
