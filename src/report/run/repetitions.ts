import { datasetKey, kindOf } from '../../gate/read-gates.ts';
import { isFirstRepetition } from '../../harness/result-parts.ts';
import type { Result } from '../../harness/result-schema.ts';
import { CORRELATION_KEY } from '../../harness/row-keys.ts';
import { UNNAMED_DATASET } from '../../harness/row-place.ts';
import { correlationRequestSchema } from '../../rows/correlation-row.ts';

/** How often the correlation rows list each row: the rows of the run, without repetitions. */
export function listedRows(correlations: readonly Result[]): Map<string, number> {
  const requests = new Map(
    correlations.map((result) => {
      const request = correlationRequestSchema.parse(result.testCase.metadata?.[CORRELATION_KEY]);
      return [datasetKey({ of: kindOf(result.testCase), dataset: request.dataset }), request];
    }),
  );
  const listed = new Map<string, number>();
  for (const { rows } of requests.values()) {
    for (const { vars } of rows) {
      const row = rowName(vars);
      listed.set(row, (listed.get(row) ?? 0) + 1);
    }
  }
  return listed;
}

/** Parts the results of `--repeat`. */
export function repetitionsOf(
  results: readonly Result[],
  listed: ReadonlyMap<string, number>,
): { first: Result[]; further: Result[] } {
  const first = new Set<Result>();
  for (const [row, same] of Map.groupBy(results, ({ vars }) => rowName(vars))) {
    const repetitions = same.length / (listed.get(row) ?? 1);
    for (const [index, result] of same.entries()) {
      if (isFirstRepetition(index, repetitions)) first.add(result);
    }
  }
  return {
    first: results.filter((result) => first.has(result)),
    further: results.filter((result) => !first.has(result)),
  };
}

const NAMING = ['image', 'mos', 'group', 'first', 'second', 'share'] as const;

const rowName = (vars: Record<string, unknown>): string =>
  JSON.stringify([vars.dataset ?? UNNAMED_DATASET, ...NAMING.map((name) => vars[name])]);
