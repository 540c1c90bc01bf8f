import { CORRELATION_KEY, correlationRequestSchema } from '../../providers/correlation-row.ts';
import { UNNAMED_DATASET } from '../../providers/row-input.ts';
import type { Result } from './result-schema.ts';

/** How often the correlation rows list each row: the rows of the run, without repetitions. */
export function listedRows(correlations: readonly Result[]): Map<string, number> {
  const requests = new Map(
    correlations.map((result) => {
      const request = correlationRequestSchema.parse(result.testCase.metadata?.[CORRELATION_KEY]);
      return [request.dataset, request];
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

/**
 * Parts the results of `--repeat`. promptfoo numbers the repetitions of a test one after another, and
 * records no more of them than that.
 */
export function repetitionsOf(
  results: readonly Result[],
  listed: ReadonlyMap<string, number>,
): { first: Result[]; further: Result[] } {
  const first = new Set<Result>();
  for (const [row, same] of Map.groupBy(results, ({ vars }) => rowName(vars))) {
    const repetitions = same.length / (listed.get(row) ?? 1);
    for (const [index, result] of same.entries()) if (index % repetitions < 1) first.add(result);
  }
  return {
    first: results.filter((result) => first.has(result)),
    further: results.filter((result) => !first.has(result)),
  };
}

const rowName = ({ image, mos, dataset, group }: Record<string, unknown>): string =>
  JSON.stringify([dataset ?? UNNAMED_DATASET, image, mos, group]);
