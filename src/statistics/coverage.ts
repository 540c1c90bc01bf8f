/** Whether so few of all images can be used that no correlation is taken: gates and report ask here. */
export const isBelowCoverage = (usable: number, all: number, minCoverage: number): boolean =>
  all > 0 && usable / all < minCoverage;
