/** Clocks differ: a batch may seem to be older than the moment in which it was submitted. */
export const CLOCK_SKEW_MS = 600_000;
